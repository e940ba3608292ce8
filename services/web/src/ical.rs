//! iCalendar (RFC 5545), as far as a published calendar needs it.

use jiff::Timestamp;

/// Octets of a line, without its end; longer ones are folded.
const LINE_OCTETS: usize = 75;

/// One event of a published calendar.
pub(crate) struct Event {
    /// Stays the same for as long as the event is the same.
    pub uid: String,
    /// When what is said of it changed last.
    pub changed_at: Timestamp,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// Counts its changes: a program that knows a lower one takes this one.
    pub sequence: u32,
    pub cancelled: bool,
    pub summary: String,
    pub location: String,
    /// Left out when empty.
    pub description: String,
}

/// A calendar for subscription. The same events give the same bytes.
pub(crate) fn calendar(name: &str, events: &[Event]) -> String {
    let mut text = String::new();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Samad//111//FA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "X-WR-TIMEZONE:Asia/Tehran",
    ] {
        write_line(&mut text, line);
    }
    write_line(&mut text, &format!("X-WR-CALNAME:{}", escaped(name)));
    for event in events {
        event.write(&mut text);
    }
    write_line(&mut text, "END:VCALENDAR");
    text
}

impl Event {
    fn write(&self, text: &mut String) {
        let status = if self.cancelled { "CANCELLED" } else { "CONFIRMED" };
        for line in [
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", escaped(&self.uid)),
            format!("DTSTAMP:{}", utc(self.changed_at)),
            format!("LAST-MODIFIED:{}", utc(self.changed_at)),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTART:{}", utc(self.starts_at)),
            format!("DTEND:{}", utc(self.ends_at)),
            format!("STATUS:{status}"),
            "TRANSP:TRANSPARENT".to_owned(),
            format!("SUMMARY:{}", escaped(&self.summary)),
            format!("LOCATION:{}", escaped(&self.location)),
        ] {
            write_line(text, &line);
        }
        if !self.description.is_empty() {
            write_line(text, &format!("DESCRIPTION:{}", escaped(&self.description)));
        }
        write_line(text, "END:VEVENT");
    }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// §3.3.11: backslash, semicolon, comma and line breaks; other control characters may not be.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// §3.1: a line has 75 octets at most; it goes on after CRLF and a space, which counts, and no letter is torn.
fn write_line(text: &mut String, line: &str) {
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > LINE_OCTETS {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(letter);
        octets += letter.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(summary: &str) -> Event {
        let at = |text: &str| text.parse().unwrap();
        Event {
            uid: "1@111.samad".into(),
            changed_at: at("2026-01-03T06:00:00.5Z"),
            starts_at: at("2026-01-07T06:30:00Z"),
            ends_at: at("2026-01-07T08:30:00Z"),
            sequence: 2,
            cancelled: true,
            summary: summary.into(),
            location: "استان فارس".into(),
            description: String::new(),
        }
    }

    /// The text of a property, unfolded and unescaped, as a reader of the RFC does it.
    fn read<'a>(lines: &'a [String], property: &str) -> Option<&'a str> {
        lines.iter().find_map(|line| line.strip_prefix(property)?.strip_prefix(':'))
    }

    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    fn unescaped(text: &str) -> String {
        let (mut letters, mut plain) = (text.chars(), String::new());
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => plain.extend(letters.next().map(|next| if next == 'n' { '\n' } else { next })),
                letter => plain.push(letter),
            }
        }
        plain
    }

    #[test]
    fn a_cancelled_event_says_so_in_utc() {
        let lines = unfolded(&calendar("حضور", &[event("جلسه")]));
        for (property, value) in [
            ("VERSION", "2.0"),
            ("METHOD", "PUBLISH"),
            ("DTSTAMP", "20260103T060000Z"),
            ("DTSTART", "20260107T063000Z"),
            ("DTEND", "20260107T083000Z"),
            ("SEQUENCE", "2"),
            ("STATUS", "CANCELLED"),
        ] {
            assert_eq!(read(&lines, property), Some(value), "{property}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_and_no_line_is_long(summary in "[\\PC\n]{0,300}") {
            let text = calendar("حضور مسئولان", &[event(&summary)]);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS));
            prop_assert!(text.ends_with("END:VCALENDAR\r\n"));
            let lines = unfolded(&text);
            prop_assert_eq!(unescaped(read(&lines, "SUMMARY").unwrap()), summary);
            prop_assert_eq!(lines.iter().filter(|line| *line == "END:VEVENT").count(), 1);
        }
    }
}
