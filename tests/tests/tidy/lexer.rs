//! As much of Rust's lexis as tidy needs: what is code, what is comment, what is text.

/// The code alone: comments, strings and characters are blanks; lines stay where they are.
pub fn code(text: &str) -> String {
    blank(text, true)
}

/// Code and comments: what stands in strings and characters is blank; lines stay where they are.
pub fn code_and_comments(text: &str) -> String {
    blank(text, false)
}

fn blank(text: &str, comments_too: bool) -> String {
    let source: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < source.len() {
        let (end, hidden) = match comment_end(&source, at) {
            Some(end) => (end, comments_too),
            None => literal_end(&source, at).map_or((at + 1, false), |end| (end, true)),
        };
        let piece = source[at..end].iter();
        out.extend(piece.map(|c| if hidden && *c != '\n' { ' ' } else { *c }));
        at = end;
    }
    out
}

fn starts(source: &[char], at: usize, with: &str) -> bool {
    with.chars().enumerate().all(|(place, c)| source.get(at + place) == Some(&c))
}

/// Where the comment that begins here ends.
fn comment_end(source: &[char], at: usize) -> Option<usize> {
    if starts(source, at, "//") {
        let line = source[at..].iter().position(|c| *c == '\n');
        return Some(line.map_or(source.len(), |line| at + line));
    }
    if !starts(source, at, "/*") {
        return None;
    }
    let (mut depth, mut end) = (0_usize, at);
    while end < source.len() {
        if starts(source, end, "/*") {
            depth += 1;
            end += 2;
        } else if starts(source, end, "*/") {
            depth -= 1;
            end += 2;
            if depth == 0 {
                return Some(end);
            }
        } else {
            end += 1;
        }
    }
    Some(source.len())
}

/// Where the string or character that begins here ends; `None` for anything else, lifetimes too.
fn literal_end(source: &[char], at: usize) -> Option<usize> {
    match source[at] {
        '"' => Some(quoted_end(source, at + 1, '"')),
        'r' if !in_word(source, at) => raw_end(source, at + 1),
        'b' if !in_word(source, at) && starts(source, at, "br") => raw_end(source, at + 2),
        '\'' if source.get(at + 1) == Some(&'\\') || source.get(at + 2) == Some(&'\'') => {
            Some(quoted_end(source, at + 1, '\''))
        }
        _ => None,
    }
}

fn in_word(source: &[char], at: usize) -> bool {
    at > 0 && (source[at - 1].is_alphanumeric() || source[at - 1] == '_')
}

fn quoted_end(source: &[char], mut at: usize, quote: char) -> usize {
    while at < source.len() && source[at] != quote {
        at += if source[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(source.len())
}

/// The end of a raw string whose hashes, if any, begin here.
fn raw_end(source: &[char], at: usize) -> Option<usize> {
    let hashes = source[at..].iter().take_while(|c| **c == '#').count();
    if source.get(at + hashes) != Some(&'"') {
        return None;
    }
    let closing = format!("\"{}", "#".repeat(hashes));
    let end = (at + hashes + 1..source.len()).find(|place| starts(source, *place, &closing));
    Some(end.map_or(source.len(), |place| place + closing.len()))
}

#[test]
fn texts_and_comments_are_told_from_code() {
    let text =
        "let a = \"{\\\"}\"; // {\nlet b: &'static str = r#\"}\"}\"#; /* { /* } */ { */ f('{', '\\'', b'}');";
    let code = code(text);
    assert!(!code.contains(['{', '}']), "{code}");
    assert!(code.contains("&'static str") && code.lines().count() == 2, "{code}");
    assert!(code_and_comments(text).contains("// {"));
}
