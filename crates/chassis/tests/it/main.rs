//! The chassis from outside.

mod otlp;
