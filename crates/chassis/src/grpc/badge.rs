//! What a client wears: a token of its own, renewed before it ends, on every call that brings none.

use std::sync::{Arc, Mutex};

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::transport::ClientTlsConfig;
use tonic::{Request, Status};

use super::tls::Tls;
use crate::clock::Clock;
use crate::identity::{Caller, Purpose, Signer, TOKEN_LIFE};

/// Where a call carries its token.
pub const AUTHORIZATION: &str = "authorization";
/// A token that is about to end is not worn: the call may wait before it is read.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(2);

/// A client's badge; copies wear the same token.
#[derive(Clone)]
pub struct Badge {
    kind: Kind,
    /// The client's certificate, and by whom services' must be signed.
    pub(super) tls: Option<ClientTlsConfig>,
}

#[derive(Clone)]
enum Kind {
    None,
    Worn(Arc<Holder>),
    Lacking(Arc<str>),
}

struct Holder {
    signer: Signer,
    caller: Caller,
    worn: Mutex<Option<(MetadataValue<Ascii>, Timestamp)>>,
}

impl Badge {
    /// Says that `caller` calls.
    #[must_use]
    pub fn new(signer: &Signer, caller: Caller) -> Self {
        Kind::Worn(Arc::new(Holder { signer: signer.clone(), caller, worn: Mutex::new(None) })).into()
    }

    /// Says nothing: for what everybody may ask, as health.
    #[must_use]
    pub fn none() -> Self {
        Kind::None.into()
    }

    /// Of a client that has no key: its calls end before they begin, saying `why`.
    #[must_use]
    pub fn lacking(why: &str) -> Self {
        Kind::Lacking(why.into()).into()
    }

    /// The same, with a certificate for services that ask for one.
    ///
    /// # Errors
    /// When one of its files cannot be read.
    pub fn with_certificate(self, tls: &Tls) -> Result<Self> {
        Ok(Badge { tls: Some(tls.client()?), ..self })
    }
}

impl From<Kind> for Badge {
    fn from(kind: Kind) -> Self {
        Badge { kind, tls: None }
    }
}

impl Holder {
    fn token(&self) -> Result<MetadataValue<Ascii>, Status> {
        let now = Clock::live().now();
        let mut worn = self.worn.lock().map_err(|_| Status::internal("a badge was dropped in a panic"))?;
        if let Some((token, _)) = worn.as_ref().filter(|(_, until)| now + RENEW_BEFORE < *until) {
            return Ok(token.clone());
        }
        let until = now + TOKEN_LIFE;
        let token = bearer(&self.signer, &self.caller, until)?;
        *worn = Some((token.clone(), until));
        Ok(token)
    }
}

/// The value of `authorization` that says that `caller` calls, until `until`.
///
/// # Errors
/// `INTERNAL` when the key is damaged.
pub fn bearer(signer: &Signer, caller: &Caller, until: Timestamp) -> Result<MetadataValue<Ascii>, Status> {
    let token = signer.sign(Purpose::Call, caller, until);
    let token = token.map_err(|error| Status::internal(error.to_string()))?;
    format!("Bearer {token}").parse().map_err(|_| Status::internal("a token is no metadata"))
}

impl Interceptor for Badge {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if !request.metadata().contains_key(AUTHORIZATION) {
            match &self.kind {
                Kind::None => {}
                Kind::Worn(holder) => drop(request.metadata_mut().insert(AUTHORIZATION, holder.token()?)),
                Kind::Lacking(why) => return Err(Status::unauthenticated(why.as_ref())),
            }
        }
        Ok(request)
    }
}
