//! Who is signed in: a signed cookie, the account as it is now, and the proof that a form is ours.

use anyhow::Result;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use chassis::Caller;
use chassis::clock::Clock;
use chassis::identity::{KEY_LIFE, Purpose, Signer, TOKEN_LIFE, Unfit, Verifier};
use jiff::{SignedDuration, Timestamp};
use tonic::metadata::{Ascii, MetadataValue};

use crate::api::decoded;
use crate::state::App;

/// How long somebody stays signed in: a working day.
const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(8);
/// Sent back for the staff's pages only.
const COOKIE: &str = "samad_session";
/// Why somebody listens to calls: it may name people, so it stands in no URL.
const REASON: &str = "samad_reason";
/// Where it is sent to, and for how long it is kept.
const REASON_PATH: &str = "/staff/recordings";
const REASON_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// Signs and reads what browsers keep.
#[derive(Clone)]
pub(crate) struct Sessions {
    signer: Signer,
    verifier: Verifier,
    /// Behind proxies, which speak TLS to browsers, the cookie travels by TLS only.
    is_secure: bool,
}

/// A member of staff who is signed in.
pub(crate) struct Staff {
    pub caller: Caller,
    /// Goes into each form, and comes back with it: another site cannot know it.
    pub form: String,
}

impl Sessions {
    pub fn new(signer: Signer, is_secure: bool) -> Result<Self> {
        Ok(Sessions { verifier: Verifier::read(&signer.verify_key()?)?, signer, is_secure })
    }

    /// The cookie of a session that begins.
    pub fn begin(&self, caller: &Caller) -> Result<HeaderValue> {
        let token = self.signer.sign(Purpose::Session, caller, Clock::live().now() + SESSION_LIFE)?;
        self.cookie((COOKIE, &token), "/staff", SESSION_LIFE)
    }

    /// The cookie that takes a session away.
    pub fn end(&self) -> Result<HeaderValue> {
        self.cookie((COOKIE, ""), "/staff", SignedDuration::ZERO)
    }

    fn cookie(&self, (name, value): (&str, &str), path: &str, life: SignedDuration) -> Result<HeaderValue> {
        let (secure, seconds) = (if self.is_secure { "; Secure" } else { "" }, life.as_secs());
        let text = format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        Ok(text.parse()?)
    }

    /// The cookie in which a browser keeps why this caller listens to calls.
    pub fn keep_reason(&self, caller: &Caller, reason: &str) -> Result<HeaderValue> {
        let written: String = reason.bytes().map(|byte| format!("%{byte:02x}")).collect();
        self.cookie((REASON, &format!("{}/{written}", caller.id)), REASON_PATH, REASON_LIFE)
    }

    /// Why this caller listens to calls, as far as the browser says; another's reason is none.
    pub fn reason(&self, caller: &Caller, headers: &HeaderMap) -> Option<String> {
        let (whose, written) = cookie_of(headers, REASON)?.split_once('/')?;
        decoded(written).filter(|_| whose == caller.id)
    }

    /// A token for programs, and its end.
    pub fn token(&self, caller: &Caller) -> Result<(String, Timestamp)> {
        let until = Clock::live().now() + TOKEN_LIFE;
        Ok((self.signer.sign(Purpose::Call, caller, until)?, until))
    }

    /// Who calls with a token of ours.
    ///
    /// # Errors
    /// Why it is none.
    pub fn caller(&self, token: &str) -> Result<Caller, Unfit> {
        let (caller, _) = self.verifier.verify(Purpose::Call, token, Clock::live().now())?;
        Ok(caller)
    }

    /// The account that a key was made for, and when.
    pub fn key_holder(&self, key: &str) -> Option<(String, Timestamp)> {
        let (caller, until) = self.verifier.verify(Purpose::Key, key, Clock::live().now()).ok()?;
        Some((caller.id, until - KEY_LIFE))
    }

    /// What a call to a service carries, so that it hears who asks.
    pub fn bearer(&self, caller: &Caller) -> Result<MetadataValue<Ascii>, tonic::Status> {
        chassis::grpc::bearer(&self.signer, caller, Clock::live().now() + TOKEN_LIFE)
    }

    /// The account that a cookie was given to, and when.
    fn read(&self, headers: &HeaderMap) -> Option<(String, Timestamp)> {
        let token = cookie_of(headers, COOKIE)?;
        let (caller, until) = self.verifier.verify(Purpose::Session, token, Clock::live().now()).ok()?;
        Some((caller.id, until - SESSION_LIFE))
    }

    fn form(&self, caller: &Caller) -> Result<String> {
        self.signer.sign(Purpose::Form, caller, Clock::live().now() + SESSION_LIFE)
    }

    /// Whether a form was made for this caller.
    pub fn is_form_of(&self, caller: &Caller, form: &str) -> bool {
        let read = self.verifier.verify(Purpose::Form, form, Clock::live().now());
        read.is_ok_and(|(made_for, _)| made_for.id == caller.id)
    }
}

fn cookie_of<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let known = app.sessions.read(&parts.headers);
        let caller = known.and_then(|(id, begun)| app.directory.of_session(&id, begun));
        let staff = caller.and_then(|caller| Some(Staff { form: app.sessions.form(&caller).ok()?, caller }));
        staff.ok_or_else(|| Redirect::to("/staff/sign-in").into_response())
    }
}

#[cfg(test)]
mod tests {
    use chassis::Role;

    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, cookie.parse().unwrap())])
    }

    #[test]
    fn a_session_is_what_we_signed_and_nothing_else() {
        let sessions = Sessions::new(Signer::generate().unwrap(), true).unwrap();
        let caller = Caller::of_deployment(Role::Manager, "m.karimi");
        let cookie = sessions.begin(&caller).unwrap().to_str().unwrap().to_owned();
        for said in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/staff", "Max-Age=28800"] {
            assert!(cookie.contains(said), "{cookie}");
        }
        let pair = cookie.split(';').next().unwrap();
        let (id, begun) = sessions.read(&headers(&format!("other=1; {pair}"))).unwrap();
        assert!(id == "m.karimi" && begun <= Clock::live().now());
        let (token, _) = sessions.token(&caller).unwrap();
        for foreign in [format!("{COOKIE}={token}"), format!("{COOKIE}="), "other=1".to_owned()] {
            assert!(sessions.read(&headers(&foreign)).is_none(), "{foreign}");
        }
        let others = Sessions::new(Signer::generate().unwrap(), false).unwrap();
        assert!(others.read(&headers(pair)).is_none());
    }

    #[test]
    fn a_reason_comes_back_as_it_was_given_and_to_who_gave_it() {
        let sessions = Sessions::new(Signer::generate().unwrap(), false).unwrap();
        let caller = |id| Caller::of_deployment(Role::Manager, id);
        let (one, reason) = (caller("one"), "بررسی شکایت؛ a=b/c");
        let cookie = sessions.keep_reason(&one, reason).unwrap().to_str().unwrap().to_owned();
        assert!(cookie.contains("Path=/staff/recordings") && cookie.contains("HttpOnly"), "{cookie}");
        let pair = cookie.split(';').next().unwrap();
        let brought = headers(&format!("x=1; {pair}"));
        assert_eq!(sessions.reason(&one, &brought).as_deref(), Some(reason));
        assert_eq!(sessions.reason(&caller("other"), &brought), None);
        assert_eq!(sessions.reason(&one, &headers("x=1")), None);
    }

    #[test]
    fn a_form_is_its_callers() {
        let sessions = Sessions::new(Signer::generate().unwrap(), false).unwrap();
        let (one, other) =
            (Caller::of_deployment(Role::Manager, "one"), Caller::of_deployment(Role::Manager, "other"));
        let form = sessions.form(&one).unwrap();
        assert!(sessions.is_form_of(&one, &form));
        assert!(!sessions.is_form_of(&other, &form) && !sessions.is_form_of(&one, ""));
    }
}
