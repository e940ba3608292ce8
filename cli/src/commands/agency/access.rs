//! `samad agency onboard|rotate|suspend|resume|revoke|access`: who is let in on the broker, without a restart of anything.
//!
//! The keyring is written first and the broker told then: what the broker did not hear now it hears at the next start.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use serde_json::json;
use trust::{Agency, Kind, Standing};

use super::File;
use super::proof::Proof;
use crate::broker;
use crate::handover::Handover;
use crate::keyring::{Keyring, now};
use crate::show::Show;

/// Which installation, and its broker.
pub(in crate::commands) struct Place {
    pub show: Show,
    pub data: PathBuf,
    pub nats_url: String,
}

pub(super) async fn onboard(place: &Place, file: &File, proof: &Proof) -> Result<u8> {
    hand_over(place, file, |keyring| {
        let conformance = proof.check(&file.code, keyring.authority.kind)?;
        let agency = unless_revoked(keyring, &file.code)?;
        agency.conformance = conformance;
        ensure!(
            agency.holder.is_none(),
            "{0} was onboarded before: `samad agency rotate {0}` gives new credentials in the place of those it holds",
            file.code
        );
        Ok(())
    })
    .await
}

/// The file of credentials with which the agency is let into this sandbox: that which lies there, or a new one.
pub(in crate::commands) async fn keep_handed(place: &Place, code: &str) -> Result<PathBuf> {
    let keyring = Keyring::load(&place.data)?;
    let file = std::path::absolute(place.data.join(Handover::name(code, Kind::Sandbox)))?;
    let is_held = keyring.agencies.get(code).is_some_and(|agency| agency.holder.is_some());
    if is_held && file.exists() {
        return Ok(file);
    }
    let file = File { code: code.to_owned(), sandbox: true, address: None, out: None };
    Ok(give(place, &file, |keyring| unless_revoked(keyring, code).map(drop)).await?.file)
}

/// The agency, another one in the place of a revoked one: its account stays refused.
fn unless_revoked<'a>(keyring: &'a mut Keyring, code: &str) -> Result<&'a mut Agency> {
    let agency = keyring.ensure(code)?;
    if agency.standing == Standing::Revoked {
        *agency = Agency::new()?;
    }
    Ok(agency)
}

pub(super) async fn rotate(place: &Place, file: &File) -> Result<u8> {
    hand_over(place, file, |keyring| {
        let agency = keyring.known(&file.code)?;
        ensure!(agency.holder.is_some(), "{0} holds no credentials: `samad agency onboard {0}`", file.code);
        ensure!(
            agency.standing != Standing::Revoked,
            "{0} was revoked: `samad agency onboard {0}`",
            file.code
        );
        Ok(())
    })
    .await
}

pub(super) async fn suspend(place: &Place, code: &str) -> Result<u8> {
    stand(place, code, Standing::Suspended, "suspended: its adapters are cut until `samad agency resume`")
        .await
}

pub(super) async fn resume(place: &Place, code: &str) -> Result<u8> {
    stand(place, code, Standing::Active, "let in again, with the credentials it holds").await
}

pub(super) async fn revoke(place: &Place, code: &str) -> Result<u8> {
    stand(place, code, Standing::Revoked, "refused for good; its adapters are cut").await
}

pub(super) fn show(show: Show, data: &Path) -> Result<u8> {
    let keyring = Keyring::load(data)?;
    let rows = keyring.agencies.iter().map(|(code, agency)| {
        json!({"agency": code, "standing": agency.standing, "holds_credentials": agency.holder.is_some(),
            "conformance": agency.conformance})
    });
    show.value(&rows.collect(), || {
        let line = |(code, agency): (&String, &Agency)| {
            let held = if agency.holder.is_some() { "" } else { "  (nobody was handed credentials)" };
            let proof = agency.conformance.as_deref().unwrap_or_default();
            format!("{code:<36}{:<12}{proof}{held}", format!("{:?}", agency.standing))
        };
        keyring.agencies.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(0)
}

/// Credentials that were written.
struct Given {
    file: PathBuf,
    address: String,
    kind: Kind,
}

async fn hand_over(place: &Place, file: &File, may: impl FnOnce(&mut Keyring) -> Result<()>) -> Result<u8> {
    let Given { file: written, address, kind } = give(place, file, may).await?;
    place.show.value(
        &json!({"agency": file.code, "sandbox": kind == Kind::Sandbox, "address": address, "file": written}),
        || {
            format!(
                "{}\nhand it over by a way that nobody else reads; what to type is in it",
                written.display()
            )
        },
    );
    Ok(0)
}

/// Gives the agency new credentials, if `may` has nothing against it, and writes them into the one file.
async fn give(place: &Place, file: &File, may: impl FnOnce(&mut Keyring) -> Result<()>) -> Result<Given> {
    let code = &file.code;
    let (keyring, credentials) = Keyring::change(&place.data, |keyring| {
        let kind = keyring.authority.kind;
        match (kind, file.sandbox) {
            (Kind::Live, true) => bail!(
                "this installation serves citizens and gives no credentials for trials: those come from a sandbox, \
                 an installation that was begun on a rehearsal's clock"
            ),
            (Kind::Sandbox, false) => bail!("this installation is a sandbox: say --sandbox"),
            _ => {}
        }
        may(keyring)?;
        keyring.ensure(code)?.hand_out(code, kind, now())
    })?;
    let address = file.address.as_deref().unwrap_or(&place.nats_url);
    let kind = keyring.authority.kind;
    let folder = file.out.as_deref().unwrap_or(&place.data);
    let written = Handover { code, address, kind, credentials: &credentials }.write(folder)?;
    broker::tell_of(&place.nats_url, &keyring, code).await?;
    Ok(Given { file: written, address: address.to_owned(), kind })
}

async fn stand(place: &Place, code: &str, standing: Standing, became: &str) -> Result<u8> {
    broker::stand(&place.nats_url, &place.data, code, standing).await?;
    place.show.value(&json!({"agency": code, "standing": standing}), || format!("{code} is {became}"));
    Ok(0)
}
