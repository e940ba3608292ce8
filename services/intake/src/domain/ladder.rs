//! The operator's ladder (rule 3) against what is known: cited entries, the case that is complained of or added to.

use std::collections::BTreeMap;
use std::sync::Arc;

use contracts::CaseId;
use contracts::intake::GuidanceRung;
use jiff::Timestamp;

use crate::domain::confidentiality::is_confidential;
use crate::domain::contact::{CaseKey, Contact, Ending, EntryRef, Fault};
use crate::domain::desk::{Complained, DeskPolicy, governing, may_complain};
use crate::domain::occasion::{self, Occasion, Occasions};

/// An entry of the guidance base in one version, as far as citing it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// Its code.
    pub entry: String,
    /// The version.
    pub version: u32,
    /// How it is quoted: the circular's number, else its title.
    pub quoted: String,
    /// The lawful way that it shows; may be empty.
    pub lawful_way: String,
    /// Rungs that it supports; empty: all.
    pub rungs: Vec<GuidanceRung>,
    /// Withdrawn: cited no more, unless that version is asked for.
    pub withdrawn: bool,
}

/// A case that a contact is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its id.
    pub case_id: CaseId,
    /// Its tracking code.
    pub tracking_code: String,
    /// What the citizen was told at registration.
    pub promised_at: Option<Timestamp>,
    /// Whether it is answered.
    pub answered: bool,
    /// Whether the citizen took it back.
    pub withdrawn: bool,
    /// Whether agencies may learn the matter only (rule 9).
    pub confidential: bool,
    /// Who told of it first, sealed; of a confidential case only, for what is said of it later may name them.
    pub sealed_citizen: Option<Vec<u8>>,
    /// Of whose manager it complains; empty: of nobody's.
    pub about_manager: String,
    /// Its referrals, with those whose inaction is complained of already.
    pub referrals: Vec<(Complained, bool)>,
}

/// What is known that a batch of contacts asks for.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Entries by how they were cited.
    pub entries: BTreeMap<EntryRef, Cited>,
    /// Cases.
    pub about: Vec<About>,
    /// Desk policies.
    pub policies: Arc<[DeskPolicy]>,
    /// Occasions.
    pub occasions: Occasions,
}

/// A contact with what its rung rests on.
#[derive(Debug, Default)]
pub struct Rung<'a> {
    /// The entry that the advice cites.
    pub cited: Option<&'a Cited>,
    /// The lawful way that was shown.
    pub lawful_way: &'a str,
    /// What the operator was shown.
    pub shown: Vec<&'a Cited>,
    /// The case that it is about.
    pub about: Option<&'a About>,
    /// The referral that it complains of.
    pub referral: Option<&'a Complained>,
    /// The occasion on which it was taken.
    pub occasion: Occasion<'a>,
}

impl Rung<'_> {
    /// Of whose manager the contact complains: what follows from a case inherits that of the case (rule 9).
    #[must_use]
    pub fn about_manager<'b>(&'b self, contact: &'b Contact) -> &'b str {
        match self.about {
            Some(about) if contact.about_manager.is_empty() => &about.about_manager,
            _ => &contact.about_manager,
        }
    }

    /// Whether agencies may learn the matter of the contact only (rule 9).
    #[must_use]
    pub fn is_confidential(&self, contact: &Contact) -> bool {
        let before = self.about.is_some_and(|about| about.confidential);
        before || is_confidential(contact.kind, self.about_manager(contact))
    }
}

impl Known {
    fn about(&self, key: &CaseKey) -> Result<&About, Fault> {
        let is_it = |about: &&About| match key {
            CaseKey::Id(id) => about.case_id == *id,
            CaseKey::Code(code) => about.tracking_code == code.to_string(),
        };
        let about =
            self.about.iter().find(is_it).ok_or_else(|| fault("about_case", "there is no such case"))?;
        if about.withdrawn {
            return Err(fault("about_case", "the case is withdrawn: register a new one"));
        }
        Ok(about)
    }

    fn entry(&self, field: &'static str, cited: &EntryRef) -> Result<&Cited, Fault> {
        let found = self.entries.get(cited);
        found.ok_or_else(|| {
            fault(field, format!("the guidance base holds no version {} of {}", cited.version, cited.entry))
        })
    }
}

fn fault(field: &'static str, reason: impl Into<String>) -> Fault {
    Fault { field, reason: reason.into() }
}

/// Whether a contact may stand on its rung at `now`, and what that rests on.
///
/// # Errors
/// What is missing, with what to do.
pub fn stand<'a>(contact: &'a Contact, known: &'a Known, now: Timestamp) -> Result<Rung<'a>, Fault> {
    let shown =
        contact.shown.iter().map(|entry| known.entry("guidance_shown", entry)).collect::<Result<_, _>>()?;
    let rung = Rung { shown, occasion: occasion::of(contact, &known.occasions)?, ..Rung::default() };
    match &contact.ending {
        Ending::Registered => Ok(rung),
        Ending::Guidance { rung: step, entry, lawful_way, .. } => match entry {
            None => uncited(contact, known, now).map(|()| Rung { lawful_way, ..rung }),
            Some(entry) => {
                let cited = known.entry("guidance_entry", entry)?;
                let lawful_way = advise(*step, entry, cited, lawful_way)?;
                Ok(Rung { cited: Some(cited), lawful_way, ..rung })
            }
        },
        Ending::Addition { about } => {
            let about = known.about(about)?;
            if about.answered {
                return Err(fault(
                    "about_case",
                    "the case is answered: register a new one, or say that it is not solved",
                ));
            }
            Ok(Rung { about: Some(about), ..rung })
        }
        Ending::InactionComplaint { about, referral } => {
            let about = known.about(about)?;
            let (complained, already) = match referral {
                Some(id) => about.referrals.iter().find(|(referral, _)| referral.referral_id == *id),
                None => the_only_open(about)?,
            }
            .ok_or_else(|| fault("about_referral_id", "the case has no such referral"))?;
            if *already {
                return Err(complained_already());
            }
            let idle_days = governing(&known.policies, &contact.province, now).idle_days;
            may_complain(complained, now, idle_days).map_err(|reason| fault("about_case", reason))?;
            Ok(Rung { about: Some(about), referral: Some(complained), ..rung })
        }
    }
}

/// One complaint a referral (rule 3).
#[must_use]
pub fn complained_already() -> Fault {
    fault("about_case", "its inaction is complained of already: add to that complaint")
}

/// Uncited advice is taken and counted as such, unless the desk's policy refuses it.
fn uncited(contact: &Contact, known: &Known, now: Timestamp) -> Result<(), Fault> {
    if governing(&known.policies, &contact.province, now).citation_required {
        return Err(fault(
            "guidance_entry",
            "must be given here: search the guidance base and cite the entry that fits",
        ));
    }
    Ok(())
}

/// The lawful way of the advice; empty where the rung shows none.
fn advise<'a>(
    step: GuidanceRung,
    asked: &EntryRef,
    cited: &'a Cited,
    told: &'a str,
) -> Result<&'a str, Fault> {
    if cited.withdrawn && asked.version == 0 {
        return Err(fault("guidance_entry", "is withdrawn: search for the one that replaces it"));
    }
    if !cited.rungs.is_empty() && !cited.rungs.contains(&step) {
        return Err(fault("guidance_entry", "does not support this rung of the ladder"));
    }
    match (step, told) {
        (GuidanceRung::Unlawful, "") if cited.lawful_way.is_empty() => {
            Err(fault("lawful_way", "must be given: who asks what is unlawful is shown the lawful way"))
        }
        (GuidanceRung::Unlawful, "") => Ok(&cited.lawful_way),
        (_, told) => Ok(told),
    }
}

fn the_only_open(about: &About) -> Result<Option<&(Complained, bool)>, Fault> {
    let mut open = about
        .referrals
        .iter()
        .filter(|(referral, _)| referral.state < crate::domain::referral::ReferralState::Returned);
    match (open.next(), open.next()) {
        (None, _) if about.answered => Err(fault(
            "about_case",
            "the case is answered: if that solved nothing, the citizen may say so, which reopens it",
        )),
        (None, _) => Err(fault("about_case", "no agency holds the case yet")),
        (Some(_), Some(_)) => {
            Err(fault("about_referral_id", "must be given: several agencies hold the case"))
        }
        (only, None) => Ok(only),
    }
}

#[cfg(test)]
mod tests;
