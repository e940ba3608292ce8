//! Whom the broker lets in, and to what: keys, accounts and users of one deployment, signed.
//!
//! An [`Authority`] holds the keys that sign. The broker knows one public key, the operator's, and believes what is
//! signed under it: the system's account, the hub's, which the services share, and one for every [`Agency`]. Nothing
//! here connects to anything.

mod agency;
mod authority;
mod claims;
mod credentials;
mod hub;
mod jwt;

pub use agency::{Agency, Standing, check_code};
pub use authority::{Account, Authority, Kind, is_vouched};
pub use hub::{SERVICES, Service};
