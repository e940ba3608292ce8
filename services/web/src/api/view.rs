//! Messages of the services as JSON: a view names its fields, and what each is made of where that is not the field itself.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use jiff::Timestamp;
use tonic::{Code, Response, Status};

use crate::api::problem::Problem;

/// Declares a view and how it is read from its message: `name: Type` takes the message's field of that name,
/// `name: Type = by(field)` what `by` makes of a field.
macro_rules! view {
    ($(#[$meta:meta])* $view:ident of $message:ty {
        $($(#[$doc:meta])* $field:ident: $type:ty $(= $by:ident($from:ident))?,)*
    }) => {
        $(#[$meta])*
        #[derive(serde::Serialize, utoipa::ToSchema)]
        pub(crate) struct $view {
            $($(#[$doc])* $field: $type,)*
        }

        impl From<$message> for $view {
            fn from(message: $message) -> Self {
                $view { $($field: $crate::api::view::view!(@ message $field $($by $from)?),)* }
            }
        }
    };
    (@ $message:ident $field:ident) => { $message.$field };
    (@ $message:ident $field:ident $by:ident $from:ident) => { $by($message.$from) };
}
pub(crate) use view;

/// An answer that no cache keeps.
pub(crate) type Shown<V> = ([(HeaderName, &'static str); 1], Json<V>);

/// What a service answered, as its view; or its refusal.
pub(crate) fn shown<M, V: From<M>>(answer: Result<Response<M>, Status>) -> Result<Shown<V>, Problem> {
    let message = answer.map_err(refused)?.into_inner();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(V::from(message))))
}

/// What a service refused: its words for the decision, else as everywhere.
pub(crate) fn refused(status: Status) -> Problem {
    match status.code() {
        Code::FailedPrecondition | Code::AlreadyExists => {
            Problem::refused(StatusCode::CONFLICT, status.message())
        }
        _ => status.into(),
    }
}

/// Absent where it is, and where it is none.
pub(crate) fn moment(at: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    contracts::optional_instant(at.as_ref()).ok().flatten()
}

/// Absent where it is empty.
pub(crate) fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Each as its view.
pub(crate) fn each<M, V: From<M>>(messages: Vec<M>) -> Vec<V> {
    messages.into_iter().map(V::from).collect()
}

/// As its view, where there is one.
pub(crate) fn maybe<M, V: From<M>>(message: Option<M>) -> Option<V> {
    message.map(V::from)
}

/// As its view; one without content where there is none.
pub(crate) fn whole<M: Default, V: From<M>>(message: Option<M>) -> V {
    message.unwrap_or_default().into()
}

/// `SLOT_STATE_KEPT` without its enum's name: `kept`.
pub(crate) fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase()
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: Vec<u8>) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
