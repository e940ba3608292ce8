//! Ground with walls: a broker on which everyone signs in as themselves.

use std::collections::BTreeMap;

use chassis::clock::Clock;
use ground::Accounts;
use ground::test::Ground;
use trust::{Agency, Authority, Kind};

/// A broker that knows the services' account and those of some agencies, and who signs for them.
pub struct Walled {
    /// The servers.
    pub ground: Ground,
    authority: Authority,
    agencies: BTreeMap<String, Agency>,
}

impl Walled {
    /// With accounts for these agencies.
    pub async fn new(codes: &[&str]) -> Self {
        let authority = Authority::generate(Kind::Live).expect("keys");
        let agency = |code: &&str| ((*code).to_owned(), Agency::new().expect("a key"));
        let agencies: BTreeMap<String, Agency> = codes.iter().map(agency).collect();
        let now = Clock::live().now();
        let system = authority.system(now).expect("claims");
        let hub = authority.hub(now).expect("claims");
        let accounts =
            agencies.iter().map(|(code, agency)| authority.agency(code, agency, now).expect("claims"));
        let known = [system.clone(), hub].into_iter().chain(accounts);
        let accounts = Accounts {
            operator: authority.operator(now).expect("claims"),
            system: system.key,
            known: known.map(|account| (account.key, account.claims)).collect(),
        };
        Walled { ground: Ground::walled(accounts).await, authority, agencies }
    }

    /// Credentials of whoever runs the deployment.
    #[must_use]
    pub fn operations(&self) -> String {
        self.authority.operations(Clock::live().now()).expect("claims")
    }

    /// Credentials of an agency.
    ///
    /// # Panics
    /// When it has no account here.
    #[must_use]
    pub fn agency(&self, code: &str) -> String {
        self.agencies[code].lend(code, Kind::Live, Clock::live().now()).expect("claims")
    }
}
