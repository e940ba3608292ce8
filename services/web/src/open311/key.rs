//! Who asks: the account that an `api_key` was made for, as it is now.

use chassis::Caller;
use tonic::Request;

use super::Fault;
use super::params::Params;
use crate::limits::Client;
use crate::state::App;
use crate::upstream::OnBehalf;

/// A program that files cases and reads what became of them.
pub(super) struct Program {
    pub caller: Caller,
    on_behalf: OnBehalf,
}

impl Program {
    /// The program with the request's `api_key`, within what its address may ask.
    ///
    /// # Errors
    /// Without a key, with one that is not taken, and when it asks too often.
    pub fn of(app: &App, client: Client, params: &Params) -> Result<Self, Fault> {
        app.limits.register(client.0)?;
        let holder = app.sessions.key_holder(params.required("api_key")?);
        let caller = holder.and_then(|(id, made)| app.directory.of_session(&id, made));
        let caller = caller.ok_or_else(Fault::bad_key)?;
        let on_behalf = OnBehalf(app.sessions.bearer(&caller)?);
        Ok(Program { caller, on_behalf })
    }

    /// `message` as a call in its name: intake decides what it may.
    pub fn ask<T>(&self, message: T) -> Request<T> {
        self.on_behalf.ask(message)
    }

    /// The province whose matters it files: that of the request, or that of its account.
    ///
    /// # Errors
    /// Where neither names one.
    pub fn province<'a>(&'a self, app: &App, params: &'a Params) -> Result<&'a str, Fault> {
        match (params.get("jurisdiction_id"), self.caller.province.as_str()) {
            ("", "") => Err(Fault::bad("jurisdiction_id was not provided: it is the code of a province")),
            ("", own) => Ok(own),
            (named, _) if app.names.is_province(named) => Ok(named),
            _ => Err(Fault::not_found("jurisdiction_id")),
        }
    }
}
