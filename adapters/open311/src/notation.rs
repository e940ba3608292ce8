//! What an endpoint answers, in either notation: a list of items with named texts. Clients of GeoReport read no more of it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use serde_json::Value;

use crate::config::Format;

/// The texts of one item by their names.
pub(crate) type Item = BTreeMap<String, String>;

/// How deep a field lies: the root, an item, its field.
const FIELD: usize = 3;

/// The items of an answer.
///
/// # Errors
/// When it is not of that notation.
pub(crate) fn items(format: Format, text: &str) -> Result<Vec<Item>> {
    match format {
        Format::Xml => xml(text).context("the endpoint's answer is no XML that can be read"),
        Format::Json => json(text).context("the endpoint's answer is no JSON that can be read"),
    }
}

/// A field; empty where it is absent.
pub(crate) fn field<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).map(|text| text.trim()).unwrap_or_default()
}

fn xml(text: &str) -> Result<Vec<Item>> {
    let mut reader = Reader::from_str(text);
    let (mut items, mut depth) = (Vec::<Item>::new(), 0);
    let (mut name, mut value) = (String::new(), String::new());
    loop {
        match reader.read_event()? {
            Event::Start(start) => {
                depth += 1;
                match depth {
                    2 => items.push(Item::new()),
                    FIELD => (name, value) = (start.name().0.to_owned(), String::new()),
                    _ => {}
                }
            }
            Event::End(_) => {
                if depth == FIELD
                    && let Some(item) = items.last_mut()
                {
                    item.insert(std::mem::take(&mut name), std::mem::take(&mut value));
                }
                depth -= 1;
            }
            Event::Text(text) if depth == FIELD => value.push_str(&text.xml10_content()),
            Event::CData(text) if depth == FIELD => value.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) if depth == FIELD => match reference.resolve_char_ref()? {
                Some(letter) => value.push(letter),
                None => value.push_str(resolve_predefined_entity(&reference).unwrap_or_default()),
            },
            Event::Eof if depth == 0 => return Ok(items),
            Event::Eof => bail!("it ends in the middle"),
            _ => {}
        }
    }
}

fn json(text: &str) -> Result<Vec<Item>> {
    let listed: Vec<BTreeMap<String, Value>> = serde_json::from_str(text)?;
    let text = |(name, value): (String, Value)| match value {
        Value::String(text) => Some((name, text)),
        Value::Number(number) => Some((name, number.to_string())),
        Value::Bool(it_is) => Some((name, it_is.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    Ok(listed.into_iter().map(|item| item.into_iter().filter_map(text).collect()).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_notations_say_the_same() {
        let xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<service_requests>\n <request>\n  \
                   <service_request_id>638344</service_request_id><status_notes><![CDATA[آب & ]]>برق &amp; &#1711;از</status_notes>\
                   <media_url/><attributes><attribute><code>a</code></attribute></attributes>\n </request>\n</service_requests>";
        let json = r#"[{"service_request_id": 638344, "status_notes": "آب & برق & گاز", "media_url": null}]"#;
        for (format, text) in [(Format::Xml, xml), (Format::Json, json)] {
            let items = items(format, text).unwrap();
            assert_eq!(items.len(), 1);
            assert_eq!(field(&items[0], "service_request_id"), "638344");
            assert_eq!(field(&items[0], "status_notes"), "آب & برق & گاز");
            assert_eq!(field(&items[0], "media_url"), "");
        }
    }

    #[test]
    fn an_empty_list_is_one_and_half_a_document_is_not() {
        assert_eq!(items(Format::Xml, "<service_request_updates/>").unwrap(), []);
        assert_eq!(items(Format::Json, "[]").unwrap(), []);
        for half in ["<a><b>", "<a><b></a>", "{\"error\": 1}", "[{"] {
            assert!(
                items(Format::Xml, half).is_err() || half.starts_with('{') || half.starts_with('['),
                "{half}"
            );
            assert!(items(Format::Json, half).is_err(), "{half}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,60}", tags in "(<a>|</a>|<b/>|&lt;|&#x41;|<!--|]]>|x){0,12}") {
            for text in [&text, &tags] {
                let _ = items(Format::Xml, text);
                let _ = items(Format::Json, text);
            }
        }
    }
}
