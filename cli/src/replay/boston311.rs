//! The format of Boston's 311 open data (PDDL): a case a line, opened, target and closed times in local time.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result};
use contracts::intake::Channel;
use contracts::routing::{Agency, ImportCatalogueRequest, Rule, Topic, WireFormat};
use flate2::read::MultiGzDecoder;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

use super::Row;

/// The programme whose policy honours each row's own target.
pub const PROGRAMME: &str = "boston311";
/// Days from 1 July 2011 to 1 Farvardin 1404 (21 March 2025): the half year is played in Jalali 1404.
const SHIFT_DAYS: i32 = 5012;
/// No text of a fact is longer.
const MAX_TEXT: usize = 3_000;
/// Neighbourhoods stand for provinces, those with more cases for more populous ones. The file calls an unknown one by
/// nothing or by a blank.
const PROVINCES: [(&str, &str); 24] = [
    ("Dorchester", "tehran"),
    ("Roxbury", "razavi-khorasan"),
    ("Allston / Brighton", "isfahan"),
    ("Jamaica Plain", "fars"),
    ("West Roxbury", "khuzestan"),
    ("South Boston / South Boston Waterfront", "east-azerbaijan"),
    ("Greater Mattapan", "mazandaran"),
    ("Hyde Park", "west-azerbaijan"),
    ("Roslindale", "kerman"),
    ("", "sistan-and-baluchestan"),
    ("East Boston", "alborz"),
    ("Downtown / Financial District", "gilan"),
    ("South End", "kermanshah"),
    ("Back Bay", "golestan"),
    ("Charlestown", "hormozgan"),
    ("Mission Hill", "lorestan"),
    ("Fenway / Kenmore / Audubon Circle / Longwood", "hamadan"),
    ("Boston", "kurdistan"),
    ("Beacon Hill", "markazi"),
    ("South Boston", "qom"),
    ("Brighton", "qazvin"),
    ("Allston", "ardabil"),
    ("Mattapan", "bushehr"),
    ("Chestnut Hill", "yazd"),
];
/// Where a neighbourhood stands for that the file has never named.
const OTHER_PROVINCE: &str = "semnan";

#[derive(Deserialize)]
struct Line {
    case_enquiry_id: String,
    open_dt: String,
    target_dt: String,
    closed_dt: String,
    closure_reason: String,
    case_title: String,
    r#type: String,
    department: String,
    location: String,
    neighborhood: String,
    source: String,
}

/// The rows of a file (`.csv` or `.csv.gz`) in its order, at most `limit`.
///
/// # Errors
/// When the file cannot be read, lacks a column or holds a row that cannot be used: it is named by its place.
pub fn read(file: &Path, limit: usize) -> Result<Vec<Row>> {
    let opened =
        BufReader::new(File::open(file).with_context(|| format!("{} cannot be read", file.display()))?);
    let text: Box<dyn Read> = match file.extension() {
        Some(end) if end == "gz" => Box::new(MultiGzDecoder::new(opened)),
        _ => Box::new(opened),
    };
    let tehran = TimeZone::get("Asia/Tehran")?;
    let mut rows = Vec::new();
    let mut lines = csv::Reader::from_reader(text);
    let header = lines.byte_headers().with_context(|| format!("{} is no CSV", file.display()))?;
    let header = csv::StringRecord::from_byte_record_lossy(header.clone());
    for (number, line) in lines.byte_records().take(limit).enumerate() {
        let place = || format!("{}: row {} cannot be used", file.display(), number + 1);
        rows.push(row(line.with_context(place)?, &header, &tehran).with_context(place)?);
    }
    Ok(rows)
}

/// The file is not all UTF-8: what is not is replaced.
fn row(record: csv::ByteRecord, header: &csv::StringRecord, tehran: &TimeZone) -> Result<Row> {
    let record = csv::StringRecord::from_byte_record_lossy(record);
    let line: Line = record.deserialize(Some(header))?;
    let at = |text: &str| moment(text, tehran).with_context(|| format!("{text} is no time"));
    let closed = match line.closed_dt.as_str() {
        "" => None,
        text => Some((at(text)?, answer(&line.closure_reason))),
    };
    let agency = format!("bos-{}", slug(&line.department));
    Ok(Row {
        topic: format!("boston.{}.{}", slug(&line.department), slug(&line.r#type)),
        topic_name: line.r#type,
        agency,
        province: province(&line.neighborhood),
        channel: match line.source.as_str() {
            "Constituent Call" => Channel::Phone,
            "Employee Generated" | "Maximo Integration" => Channel::InPerson,
            _ => Channel::Web,
        },
        text: first(&line.case_title, MAX_TEXT),
        place: first(&line.location, 200),
        opened_at: at(&line.open_dt)?,
        target_at: if line.target_dt.is_empty() { None } else { Some(at(&line.target_dt)?) },
        closed,
        number: line.case_enquiry_id,
    })
}

/// Local time of the source, at the same time of day in Tehran, shifted into 1404.
fn moment(text: &str, tehran: &TimeZone) -> Option<Timestamp> {
    let local = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    let shifted = local.checked_add(SHIFT_DAYS.days()).ok()?;
    Some(tehran.to_ambiguous_zoned(shifted).compatible().ok()?.timestamp())
}

fn answer(closure: &str) -> String {
    match closure.trim() {
        "" => "بسته شد.".to_owned(),
        text => first(text, MAX_TEXT),
    }
}

fn first(text: &str, characters: usize) -> String {
    text.trim().chars().take(characters).collect()
}

fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

fn province(neighborhood: &str) -> &'static str {
    let found = PROVINCES.iter().find(|(name, _)| *name == neighborhood.trim());
    found.map_or(OTHER_PROVINCE, |(_, province)| province)
}

/// The agencies, topics and rules that the rows need.
#[must_use]
pub fn catalogue(rows: &[Row]) -> ImportCatalogueRequest {
    use std::collections::BTreeMap;
    let agencies: BTreeMap<&str, &str> =
        rows.iter().map(|row| (row.agency.as_str(), parent(&row.topic))).collect();
    let topics: BTreeMap<&str, &str> =
        rows.iter().map(|row| (row.topic.as_str(), row.topic_name.as_str())).collect();
    let topic = |code: &str, parent: &str, name: &str| Topic {
        code: code.to_owned(),
        parent: parent.to_owned(),
        name_fa: name.to_owned(),
        name_en: name.to_owned(),
    };
    let mut request =
        ImportCatalogueRequest { topics: vec![topic("boston", "", "Boston 311")], ..Default::default() };
    for (agency, root) in agencies {
        request.topics.push(topic(root, "boston", agency));
        request.agencies.push(Agency {
            code: agency.to_owned(),
            province: String::new(),
            name_fa: agency.to_owned(),
            name_en: agency.to_owned(),
            format: WireFormat::Protobuf.into(),
            supervisor: String::new(),
        });
        request.rules.push(Rule { topic: root.to_owned(), agency: agency.to_owned(), ..Default::default() });
    }
    request.topics.extend(topics.into_iter().map(|(code, name)| topic(code, parent(code), name)));
    request
}

fn parent(topic: &str) -> &str {
    topic.rsplit_once('.').map_or("boston", |(parent, _)| parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_july_becomes_nowruz_at_the_same_hour() {
        let tehran = TimeZone::get("Asia/Tehran").unwrap();
        let at = moment("2011-07-01 01:32:33", &tehran).unwrap().to_zoned(tehran);
        assert_eq!(at.datetime().to_string(), "2025-03-21T01:32:33");
    }

    #[test]
    fn codes_are_plain() {
        assert_eq!(slug("New Sign  Crosswalk or Pavement Marking"), "new-sign-crosswalk-or-pavement-marking");
        assert_eq!(parent("boston.pwdx.street-lights"), "boston.pwdx");
    }

    #[test]
    fn a_file_is_read_by_its_columns_names() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cases.csv");
        let columns = "source,open_dt,target_dt,closed_dt,closure_reason,case_title,type,department,location,neighborhood";
        let row = "Self Service,2011-07-01 01:32:33,,2011-07-02 00:00:00,,Lamp,Street Lights,PWDx,1 Main St,  Roxbury ";
        std::fs::write(&file, format!("case_enquiry_id,{columns}\n7,{row}\n8,{row}\n")).unwrap();
        let rows = read(&file, 1).unwrap();
        assert_eq!(rows.len(), 1);
        let Row { number, agency, province, channel, target_at, closed, .. } = &rows[0];
        assert_eq!((number.as_str(), agency.as_str(), *province), ("7", "bos-pwdx", "razavi-khorasan"));
        assert_eq!(
            (*channel, *target_at, closed.as_ref().unwrap().1.as_str()),
            (Channel::Web, None, "بسته شد.")
        );
        std::fs::write(&file, format!("{columns}\n{row}\n")).unwrap();
        assert!(format!("{:#}", read(&file, 1).unwrap_err()).contains("case_enquiry_id"));
    }
}
