//! What every service stands on: configuration, telemetry, lifecycle, health, the clock, who calls, and sealing
//! of what must not be read at rest. No word of the domain is in here.

pub mod admin;
pub mod clock;
mod config;
pub mod grpc;
pub mod identity;
mod lifecycle;
mod private_file;
mod private_folder;
mod seal;
pub mod telemetry;

pub use config::{Common, Profile, load};
pub use identity::{Caller, OutOfScope, Role, Signer};
pub use lifecycle::{Life, main};
pub use private_file::write_private;
pub use private_folder::hold_private;
pub use seal::{SealError, Sealer};

// Facts are made of many small texts: with the system's allocator a twelfth of all time went into it (docs/speed.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
