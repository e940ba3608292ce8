//! `samad token`: what a program or a person sends along to a gRPC door, and a key for `/open311/v2`.

use std::path::Path;

use anyhow::Result;
use chassis::clock::Clock;
use chassis::identity::{Caller, KEY_LIFE, Purpose, Role, TOKEN_LIFE};
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
    /// A key for /open311/v2 instead, which holds for a year: of the account --id (`samad staff add`), until that is closed.
    #[arg(long, requires = "id")]
    key: bool,
}

impl Token {
    pub fn run(self, context: &Context, data: &Path) -> Result<u8> {
        let Token { role, id, name, province, agency, key } = self;
        let caller = Caller { name: name.unwrap_or_else(|| id.clone()), id, role, province, agency };
        let (purpose, life) = if key { (Purpose::Key, KEY_LIFE) } else { (Purpose::Call, TOKEN_LIFE) };
        let until = Clock::live().now() + life;
        let token = Secrets::load(data)?.signer()?.sign(purpose, &caller, until)?;
        context.show.value(&json!({"token": token, "expires_at": until.to_string()}), || token.clone());
        Ok(0)
    }
}
