//! Who is let in at a gRPC door: whoever the deployment signed for, to the calls that its table gives their role.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use anyhow::{Result, ensure};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use axum::middleware::Next;
use jiff::Timestamp;
use tonic::transport::ServerTlsConfig;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::AUTHORIZATION;
use super::tls::Tls;
use crate::clock::Clock;
use crate::identity::{Caller, OutOfScope, Purpose, Role, Unfit, Verifier};

/// What anybody may ask: whether the service is there, and what it speaks.
const OPEN: [&str; 2] = ["grpc.health.v1.Health/", "grpc.reflection.v1.ServerReflection/"];
/// Tokens whose signature was found good and is not computed again; callers wear one for minutes.
const KNOWN_TOKENS: usize = 1_024;
/// Who says why somebody was not let in (`google.rpc.ErrorInfo`).
const DOMAIN: &str = "samad";

/// One row of a door's table: a call, and the roles that may make it. What is in no row is refused to everyone.
#[derive(Debug, Clone, Copy)]
pub struct May {
    /// As `samad.routing.v1.RulingService/RuleExtension`.
    pub rpc: &'static str,
    roles: &'static [Role],
    unbounded: bool,
}

impl May {
    /// These roles; what they may see and do within their scope, the call's own file decides.
    #[must_use]
    pub const fn call(rpc: &'static str, roles: &'static [Role]) -> Self {
        May { rpc, roles, unbounded: false }
    }

    /// These roles, and only with a scope that no province and no agency bounds: the call reaches all of them.
    #[must_use]
    pub const fn call_unbounded(rpc: &'static str, roles: &'static [Role]) -> Self {
        May { rpc, roles, unbounded: true }
    }
}

/// The guard of one door.
#[derive(Clone)]
pub struct Gate {
    guard: Arc<Guard>,
    /// The service's certificate, and by whom callers' must be signed.
    pub(super) tls: Option<ServerTlsConfig>,
}

struct Guard {
    verifier: Verifier,
    table: HashMap<&'static str, May>,
    known: Mutex<HashMap<String, (Arc<Caller>, Timestamp)>>,
}

impl Gate {
    /// Lets in by tokens that `verify_key` fits, to what `tables` allow.
    ///
    /// # Errors
    /// When the key is none or a call stands in two rows.
    pub fn new(verify_key: &str, tables: &[&[May]]) -> Result<Self> {
        let mut table = HashMap::new();
        for may in tables.iter().copied().flatten() {
            ensure!(table.insert(may.rpc, *may).is_none(), "{} stands in two rows", may.rpc);
        }
        let verifier = Verifier::read(verify_key)?;
        Ok(Gate { guard: Arc::new(Guard { verifier, table, known: Mutex::default() }), tls: None })
    }

    /// The same, for callers with a certificate only.
    ///
    /// # Errors
    /// When one of its files cannot be read.
    pub fn with_certificate(self, tls: &Tls) -> Result<Self> {
        Ok(Gate { tls: Some(tls.server()?), ..self })
    }

    /// The full names of the services behind the door: `samad.routing.v1.RulingService`.
    pub(super) fn services(&self) -> BTreeSet<&'static str> {
        self.guard.table.keys().filter_map(|rpc| rpc.split_once('/')).map(|(service, _)| service).collect()
    }
}

/// Lets a call through with its caller among its extensions, or answers why not.
pub(super) async fn check(State(gate): State<Gate>, mut request: Request, next: Next) -> Response<Body> {
    match gate.guard.admit(request.uri().path(), request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(caller)) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(status) => {
            tracing::debug!(rpc = request.uri().path(), code = ?status.code(), "a caller was not let in");
            status.into_http()
        }
    }
}

impl Guard {
    fn admit(&self, path: &str, headers: &HeaderMap) -> Result<Option<Arc<Caller>>, Status> {
        let rpc = path.trim_start_matches('/');
        if OPEN.iter().any(|service| rpc.starts_with(service)) {
            return Ok(None);
        }
        let caller = self.caller(headers, Clock::live().now())?;
        let Some(may) = self.table.get(rpc) else {
            return Err(denied("CALL_UNKNOWN", &format!("this door opens to no call {rpc}")));
        };
        if !may.roles.contains(&caller.role) {
            let roles = may.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", ");
            let said = format!("{rpc} needs one of the roles {roles}; the token's is {}", caller.role);
            return Err(denied("ROLE_NOT_ALLOWED", &said));
        }
        if may.unbounded && !caller.is_unbounded() {
            let said = format!("{rpc} reaches the whole country; the token's scope is a part of it");
            return Err(denied("OUT_OF_SCOPE", &said));
        }
        Ok(Some(caller))
    }

    fn caller(&self, headers: &HeaderMap, now: Timestamp) -> Result<Arc<Caller>, Status> {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(bearer_of).ok_or_else(|| {
            unauthenticated(
                "TOKEN_MISSING",
                "a token is needed: send `authorization: Bearer …` (samad token)",
            )
        })?;
        let mut known = self.known.lock().map_err(|_| Status::internal("the door was left in a panic"))?;
        if let Some((caller, until)) = known.get(token)
            && now < *until
        {
            return Ok(caller.clone());
        }
        let (caller, until) =
            self.verifier.verify(Purpose::Call, token, now).map_err(|unfit| match unfit {
                Unfit::Foreign => unauthenticated("TOKEN_INVALID", &unfit.to_string()),
                Unfit::Expired => unauthenticated("TOKEN_EXPIRED", &unfit.to_string()),
            })?;
        if known.len() >= KNOWN_TOKENS {
            known.clear();
        }
        let caller = Arc::new(caller);
        known.insert(token.to_owned(), (caller.clone(), until));
        Ok(caller)
    }
}

/// The token of an `authorization` header; the scheme's case is free (RFC 9110).
#[must_use]
pub fn bearer_of(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    Some(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))
}

/// Whom the door let in.
///
/// # Errors
/// `UNAUTHENTICATED` where no door stood before the call.
pub fn caller<T>(request: &tonic::Request<T>) -> Result<Arc<Caller>, Status> {
    let caller = request.extensions().get::<Arc<Caller>>();
    caller.cloned().ok_or_else(|| unauthenticated("TOKEN_MISSING", "nobody was let in with this call"))
}

/// The request, asking for the caller's own province where it asks for all.
///
/// # Errors
/// `PERMISSION_DENIED` when it asks for another.
pub fn narrowed<T>(
    mut request: tonic::Request<T>,
    province: fn(&mut T) -> &mut String,
) -> Result<tonic::Request<T>, Status> {
    let caller = caller(&request)?;
    let asked = province(request.get_mut());
    let shown = caller.sees(asked)?.to_owned();
    *asked = shown;
    Ok(request)
}

/// The request, with the caller written down as who decides ([`Caller::signs`]).
///
/// # Errors
/// As [`caller`].
pub fn signed<T>(
    mut request: tonic::Request<T>,
    by: fn(&mut T) -> &mut String,
) -> Result<tonic::Request<T>, Status> {
    let caller = caller(&request)?;
    let given = by(request.get_mut());
    let written = caller.signs(given);
    *given = written;
    Ok(request)
}

impl From<OutOfScope> for Status {
    fn from(out: OutOfScope) -> Self {
        denied("OUT_OF_SCOPE", &out.to_string())
    }
}

fn denied(reason: &str, said: &str) -> Status {
    refusal(Code::PermissionDenied, reason, said)
}

fn unauthenticated(reason: &str, said: &str) -> Status {
    refusal(Code::Unauthenticated, reason, said)
}

fn refusal(code: Code, reason: &str, said: &str) -> Status {
    let details = ErrorDetails::with_error_info(reason, DOMAIN, HashMap::<String, String>::new());
    Status::with_error_details(code, said, details)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Signer;

    const RULE: &str = "/samad.a.v1.AService/Rule";
    const IMPORT: &str = "/samad.a.v1.AService/Import";
    const TABLE: &[May] = &[
        May::call("samad.a.v1.AService/Rule", &[Role::Manager, Role::Ops]),
        May::call_unbounded("samad.a.v1.AService/Import", &[Role::Manager, Role::Ops]),
    ];

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(axum::http::header::AUTHORIZATION, value.parse().unwrap())])
    }

    fn of_fars(role: Role) -> Caller {
        Caller { province: "fars".to_owned(), ..Caller::of_deployment(role, "a-1") }
    }

    #[test]
    fn a_door_opens_by_its_table_only() {
        let signer = Signer::generate().unwrap();
        let gate = Gate::new(&signer.verify_key().unwrap(), &[TABLE]).unwrap().guard;
        let until = Clock::live().now() + crate::identity::TOKEN_LIFE;
        let worn = |caller: &Caller| {
            headers(&format!("bearer {}", signer.sign(Purpose::Call, caller, until).unwrap()))
        };
        let ask = |path: &str, caller: &Caller| gate.admit(path, &worn(caller)).map_err(|s| s.code());
        let manager = of_fars(Role::Manager);
        for _ in 0..2 {
            assert_eq!(ask(RULE, &manager).unwrap().as_deref(), Some(&manager));
        }
        assert_eq!(ask(RULE, &of_fars(Role::Operator)), Err(Code::PermissionDenied));
        assert_eq!(
            ask(IMPORT, &manager),
            Err(Code::PermissionDenied),
            "a province's manager imports nothing"
        );
        assert!(ask(IMPORT, &Caller::of_deployment(Role::Ops, "ops")).is_ok());
        assert_eq!(ask("/samad.a.v1.AService/Other", &manager), Err(Code::PermissionDenied));
        assert_eq!(ask("/samad.a.v1.AService/Rule/", &manager), Err(Code::PermissionDenied));
        assert!(
            gate.admit("/grpc.health.v1.Health/Check", &HeaderMap::new())
                .is_ok_and(|let_in| let_in.is_none())
        );
    }

    #[test]
    fn who_brings_no_fit_token_hears_what_is_needed() {
        let (ours, theirs) = (Signer::generate().unwrap(), Signer::generate().unwrap());
        let gate = Gate::new(&ours.verify_key().unwrap(), &[TABLE]).unwrap().guard;
        let (past, soon) = (Clock::live().now(), Clock::live().now() + crate::identity::TOKEN_LIFE);
        let token = |signer: &Signer, purpose, until| {
            format!("Bearer {}", signer.sign(purpose, &of_fars(Role::Manager), until).unwrap())
        };
        let cases = [
            (HeaderMap::new(), "TOKEN_MISSING"),
            (headers("Basic YTpi"), "TOKEN_MISSING"),
            (headers(&token(&theirs, Purpose::Call, soon)), "TOKEN_INVALID"),
            (headers(&token(&ours, Purpose::Session, soon)), "TOKEN_INVALID"),
            (headers(&token(&ours, Purpose::Call, past)), "TOKEN_EXPIRED"),
        ];
        for (headers, reason) in cases {
            let status = gate.admit(RULE, &headers).unwrap_err();
            assert_eq!(status.code(), Code::Unauthenticated);
            assert_eq!(status.get_details_error_info().unwrap().reason, reason);
        }
    }

    #[test]
    fn a_call_stands_in_one_row_and_a_door_has_a_key() {
        let key = Signer::generate().unwrap().verify_key().unwrap();
        assert!(Gate::new(&key, &[TABLE, TABLE]).is_err());
        assert!(Gate::new("", &[TABLE]).is_err());
    }
}
