//! `samad agency onboard|rotate|suspend|resume|revoke|access`: who is let in on the broker, without a restart of anything.
//!
//! The keyring is written first and the broker told then: what the broker did not hear now it hears at the next start.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;
use trust::{Agency, Kind, Standing};

use super::File;
use crate::broker;
use crate::handover::Handover;
use crate::keyring::{Keyring, now};
use crate::show::Show;

/// Which installation, and its broker.
pub(super) struct Place {
    pub show: Show,
    pub data: PathBuf,
    pub nats_url: String,
}

pub(super) async fn onboard(place: &Place, file: &File) -> Result<u8> {
    hand_over(place, file, |keyring| {
        let agency = keyring.ensure(&file.code)?;
        if agency.standing == Standing::Revoked {
            // Its account stays refused; this is another one.
            *agency = Agency::new()?;
        }
        ensure!(
            agency.holder.is_none(),
            "{0} was onboarded before: `samad agency rotate {0}` gives new credentials in the place of those it holds",
            file.code
        );
        Ok(())
    })
    .await
}

pub(super) async fn rotate(place: &Place, file: &File) -> Result<u8> {
    hand_over(place, file, |keyring| {
        let agency = known(keyring, &file.code)?;
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
        json!({"agency": code, "standing": agency.standing, "holds_credentials": agency.holder.is_some()})
    });
    show.value(&rows.collect(), || {
        let line = |(code, agency): (&String, &Agency)| {
            let held = if agency.holder.is_some() { "" } else { "  (nobody was handed credentials)" };
            format!("{code:<36}{:?}{held}", agency.standing)
        };
        keyring.agencies.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(0)
}

/// Gives the agency new credentials, if `may` has nothing against it, and writes them into the one file.
async fn hand_over(place: &Place, file: &File, may: impl FnOnce(&mut Keyring) -> Result<()>) -> Result<u8> {
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
    tell(place, &keyring, code).await?;
    place.show.value(
        &json!({"agency": code, "sandbox": kind == Kind::Sandbox, "address": address, "file": written}),
        || {
            format!(
                "{}\nhand it over by a way that nobody else reads; what to type is in it",
                written.display()
            )
        },
    );
    Ok(0)
}

async fn stand(place: &Place, code: &str, standing: Standing, became: &str) -> Result<u8> {
    let (keyring, ()) = Keyring::change(&place.data, |keyring| {
        let agency = known(keyring, code)?;
        ensure!(
            agency.standing != Standing::Revoked || standing == Standing::Revoked,
            "{code} was revoked for good: `samad agency onboard {code}` lets it in anew"
        );
        agency.standing = standing;
        Ok(())
    })?;
    tell(place, &keyring, code).await?;
    place.show.value(&json!({"agency": code, "standing": standing}), || format!("{code} is {became}"));
    Ok(0)
}

fn known<'a>(keyring: &'a mut Keyring, code: &str) -> Result<&'a mut Agency> {
    let agency = keyring.agencies.get_mut(code);
    agency
        .with_context(|| format!("no agency {code} was let in: `samad agency access` shows those that were"))
}

async fn tell(place: &Place, keyring: &Keyring, code: &str) -> Result<()> {
    broker::tell(&place.nats_url, keyring, keyring.told([code])?).await.context(
        "it is written down, but the broker did not hear of it and goes on as before: mend that and repeat the command, \
         or start ./samad up again",
    )
}
