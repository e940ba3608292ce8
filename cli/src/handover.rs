//! The one file that an agency is handed: its code, the broker's address, what to type, and its key.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use trust::Kind;

/// What goes into the file.
pub struct Handover<'a> {
    pub code: &'a str,
    /// The broker as the agency reaches it.
    pub address: &'a str,
    pub kind: Kind,
    /// Claims and seed.
    pub credentials: &'a str,
}

impl Handover<'_> {
    /// The file's name, by which a sandbox's is told from a live one's.
    #[must_use]
    pub fn name(code: &str, kind: Kind) -> String {
        match kind {
            Kind::Live => format!("{code}.creds"),
            Kind::Sandbox => format!("{code}.sandbox.creds"),
        }
    }

    /// Every NATS client reads it: it passes over what stands before the first dashes.
    fn text(&self) -> String {
        let Handover { code, address, credentials, .. } = self;
        let name = Self::name(code, self.kind);
        let title = match self.kind {
            Kind::Live => format!("# Samad: the credentials of the agency {code}."),
            Kind::Sandbox => format!(
                "# SANDBOX of Samad: the credentials of the agency {code} for trials. No citizen is behind it, and no\n\
                 # live system takes them."
            ),
        };
        format!(
            "{title}
# Whoever reads this file acts in the agency's name: keep it like a key.
agency: {code}
address: {address}

# An adapter with the SDK:     SAMAD_CREDENTIALS={name} cargo run
# To see that it lets you in:  nats --server {address} --creds {name} --inbox-prefix _INBOX_{code} \\
#                                   request GOV.API.CONSUMER.INFO.ROUTING.{code} ''

{credentials}"
        )
    }

    /// Writes it into `folder`, where only its owner reads it; the file.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path) -> Result<PathBuf> {
        let file = std::path::absolute(folder.join(Self::name(self.code, self.kind)))?;
        chassis::write_private(&file, &self.text())
            .with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(file)
    }
}
