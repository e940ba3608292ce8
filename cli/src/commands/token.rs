//! `samad token`: what a program or a person sends along to a gRPC door.

use std::path::Path;

use anyhow::Result;
use chassis::clock::Clock;
use chassis::identity::{Caller, Purpose, Role, TOKEN_LIFE};
use clap::Args;
use serde_json::json;

use super::Context;
use crate::secrets::Secrets;

#[derive(Args)]
pub struct Token {
    /// operator, manager, reviewer, arbiter, monitor, ops or service.
    #[arg(long, default_value = "ops")]
    role: Role,
    /// The account that calls.
    #[arg(long, default_value = "samad")]
    id: String,
    /// The name that is written down when they decide; the account if absent.
    #[arg(long)]
    name: Option<String>,
    /// The province that their office ends at.
    #[arg(long, default_value = "")]
    province: String,
    /// The agency that their office ends at.
    #[arg(long, default_value = "")]
    agency: String,
}

impl Token {
    pub fn run(self, context: &Context, data: &Path) -> Result<u8> {
        let Token { role, id, name, province, agency } = self;
        let caller = Caller { name: name.unwrap_or_else(|| id.clone()), id, role, province, agency };
        let until = Clock::live().now() + TOKEN_LIFE;
        let token = Secrets::load(data)?.signer()?.sign(Purpose::Call, &caller, until)?;
        context.show.value(&json!({"token": token, "expires_at": until.to_string()}), || token.clone());
        Ok(0)
    }
}
