//! Documents in the two notations of GeoReport: XML, and the JSON that leaves out what only XML needs.

use askama::filters::{Escaper as _, Html};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};

/// Named by the ending of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Xml,
    Json,
}

impl Format {
    /// What stands before the ending, and the format; none where the ending is neither.
    pub fn of(document: &str) -> Option<(&str, Self)> {
        let (name, ending) = document.rsplit_once('.')?;
        match ending {
            "xml" => Some((name, Format::Xml)),
            "json" => Some((name, Format::Json)),
            _ => None,
        }
    }

    /// The format in which errors of this path are told; none outside `/open311`.
    pub fn of_path(path: &str) -> Option<Self> {
        let document = path.strip_prefix("/open311/")?;
        Some(Self::of(document).map_or(Format::Xml, |(_, format)| format))
    }

    /// Exactly as validators compare it: without a charset, which both notations name or imply.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Xml => "text/xml",
            Format::Json => "application/json",
        }
    }
}

/// A value in both notations.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Nothing,
    Bool(bool),
    Text(String),
    Fields(Vec<(&'static str, Node)>),
    /// Items under one name: JSON has the bare array.
    Each(&'static str, Vec<Node>),
}

impl Node {
    pub fn text(text: impl Into<String>) -> Self {
        Node::Text(text.into())
    }

    fn json(self) -> Value {
        match self {
            Node::Nothing => Value::Null,
            Node::Bool(it_is) => Value::Bool(it_is),
            Node::Text(text) => Value::String(text),
            Node::Fields(fields) => {
                let fields = fields.into_iter().map(|(name, node)| (name.to_owned(), node.json()));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Node::Each(_, items) => items.into_iter().map(Node::json).collect(),
        }
    }

    fn xml(&self, xml: &mut String) {
        let mut element = |name: &str, node: &Node| {
            xml.push_str(&format!("<{name}>"));
            node.xml(xml);
            xml.push_str(&format!("</{name}>"));
        };
        match self {
            Node::Nothing => {}
            Node::Bool(it_is) => xml.push_str(if *it_is { "true" } else { "false" }),
            Node::Fields(fields) => fields.iter().for_each(|(name, node)| element(name, node)),
            Node::Each(name, items) => items.iter().for_each(|node| element(name, node)),
            Node::Text(text) => {
                // XML 1.0 has no place for other control characters, not even escaped.
                let speakable: String =
                    text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')).collect();
                // A string takes whatever is written to it.
                let _ = Html.write_escaped_str(xml, &speakable);
            }
        }
    }
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    /// The root of the XML.
    pub root: &'static str,
    pub content: Node,
}

impl Document {
    pub fn written(self, format: Format) -> Response {
        self.written_with(StatusCode::OK, format)
    }

    pub fn written_with(self, status: StatusCode, format: Format) -> Response {
        let body = match format {
            Format::Json => self.content.json().to_string(),
            Format::Xml => {
                let mut xml = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{}>", self.root);
                self.content.xml(&mut xml);
                xml + &format!("</{}>\n", self.root)
            }
        };
        let headers = [(header::CONTENT_TYPE, format.media_type()), (header::CACHE_CONTROL, "no-store")];
        (status, headers, body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_document_has_two_notations() {
        let request = Node::Fields(vec![
            ("service_request_id", Node::text("7")),
            ("description", Node::text("آب & برق <قطع>\u{1}")),
            ("metadata", Node::Bool(false)),
            ("lat", Node::Nothing),
        ]);
        let content = Node::Each("request", vec![request]);
        let json = content.clone().json();
        assert_eq!(
            json,
            serde_json::json!([{"service_request_id": "7", "description": "آب & برق <قطع>\u{1}", "metadata": false, "lat": null}])
        );
        let mut xml = String::new();
        content.xml(&mut xml);
        assert!(
            xml.starts_with("<request><service_request_id>7</service_request_id><description>آب &"),
            "{xml}"
        );
        assert!(!xml.contains("<قطع>") && !xml.contains('\u{1}'), "{xml}");
        assert!(xml.ends_with("<metadata>false</metadata><lat></lat></request>"), "{xml}");
    }

    #[test]
    fn the_ending_is_the_format() {
        assert_eq!(Format::of("municipal.waste.json"), Some(("municipal.waste", Format::Json)));
        assert_eq!((Format::of("services"), Format::of("services.yaml")), (None, None));
        assert_eq!(Format::of_path("/open311/v2/requests/7.json"), Some(Format::Json));
        assert_eq!(Format::of_path("/open311/v2/nothing"), Some(Format::Xml));
        assert_eq!(Format::of_path("/api/v1/a.json"), None);
    }
}
