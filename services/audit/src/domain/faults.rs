//! What is wrong with what somebody gave us, in words they can act on.

/// Characters of a code, at most: it becomes a token of a subject.
const MAX_CODE: usize = 64;

/// A field that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub field: String,
    pub message: String,
}

impl Fault {
    /// That field, and what it must be.
    #[must_use]
    pub fn new(field: &str, message: &str) -> Self {
        Self { field: field.to_owned(), message: message.to_owned() }
    }

    /// The same fault in an element of a list.
    #[must_use]
    pub fn at(self, list: &str, place: usize) -> Self {
        Self { field: format!("{list}[{place}].{}", self.field), ..self }
    }
}

/// Checks a code: it becomes a token of a subject.
pub(super) fn code(field: &str, value: &str) -> Result<(), Fault> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if value.is_empty() || value.len() > MAX_CODE || !value.chars().all(fits) {
        return Err(Fault::new(field, "must be a code of a-z, 0-9 and -, of 64 letters at most"));
    }
    Ok(())
}

/// Checks a text that people read.
pub(super) fn text(field: &str, value: &str, most: usize) -> Result<(), Fault> {
    if value.trim().is_empty() {
        return Err(Fault::new(field, "must not be empty"));
    }
    if value.chars().count() > most {
        return Err(Fault::new(field, &format!("must be at most {most} letters")));
    }
    Ok(())
}
