//! How a contact ends: the rungs of the operator's ladder (rule 3), each with what it must bring.

use contracts::intake::{EntryVersion, GuidanceRung, Kind, Outcome, RegisterContactRequest};
use contracts::{CaseId, ReferralId, TrackingCode, TrackingCodeError};

use super::{CODE_MAX, Faults, LINE_MAX};
use crate::domain::programme::{INACTION, choose};

/// Most entries that an operator is shown for one contact.
const SHOWN_MAX: usize = 20;

/// How the contact ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// A case is registered.
    Registered,
    /// Advice ended it (rule 3).
    Guidance {
        /// The rung of the operator's ladder.
        rung: GuidanceRung,
        /// The circular or mission that the advice rests on, in the caller's words.
        citation: String,
        /// The entry of the guidance base that it rests on; none: the advice is uncited.
        entry: Option<EntryRef>,
        /// With unlawful: the lawful way as it was told; empty: that of the entry.
        lawful_way: String,
    },
    /// An agency was able and did nothing: a case of its own.
    InactionComplaint {
        /// The case that it is about.
        about: CaseKey,
        /// The referral of that case; none: the only open one.
        referral: Option<ReferralId>,
    },
    /// It adds to an open case.
    Addition {
        /// That case.
        about: CaseKey,
    },
}

impl Ending {
    /// Whether the contact becomes a case.
    #[must_use]
    pub fn opens_case(&self) -> bool {
        matches!(self, Ending::Registered | Ending::InactionComplaint { .. })
    }
}

/// An entry of the guidance base as it is cited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryRef {
    /// Its code.
    pub entry: String,
    /// 0: the version that holds.
    pub version: u32,
}

/// How a citizen or an operator names a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseKey {
    /// By its id.
    Id(CaseId),
    /// By its tracking code.
    Code(TrackingCode),
}

impl CaseKey {
    /// Reads what was typed: an id is a UUID, whatever else was typed is a tracking code, whose check digit tells.
    ///
    /// # Errors
    /// What is wrong with the code.
    pub fn read(typed: &str) -> Result<Self, TrackingCodeError> {
        let typed = typed.trim();
        typed.parse().map(CaseKey::Id).or_else(|_| typed.parse().map(CaseKey::Code))
    }
}

pub(super) fn read(request: &RegisterContactRequest, faults: &mut Faults) -> Ending {
    let rung = request.guidance_rung();
    if request.outcome() != Outcome::Guidance && rung != GuidanceRung::Unspecified {
        faults.add("guidance_rung", "belongs to guidance only");
    }
    match request.outcome() {
        Outcome::Unspecified => {
            faults.add("outcome", "must be given");
            Ending::Registered
        }
        Outcome::Guidance => read_guidance(request, faults),
        Outcome::Register => {
            require_matter(request, faults);
            Ending::Registered
        }
        Outcome::InactionComplaint => {
            require_matter(request, faults);
            if request.kind() != Kind::Complaint {
                faults.add("kind", "an inaction complaint is a complaint");
            }
            let referral = request.about_referral_id.trim();
            let referral = Some(referral).filter(|id| !id.is_empty()).and_then(|id| {
                id.parse().map_err(|error| faults.add("about_referral_id", format!("{error}"))).ok()
            });
            read_about(request, faults)
                .map_or(Ending::Registered, |about| Ending::InactionComplaint { about, referral })
        }
        Outcome::AddToCase => {
            if request.text.trim().is_empty() {
                faults.add("text", "must say what is new");
            }
            read_about(request, faults).map_or(Ending::Registered, |about| Ending::Addition { about })
        }
    }
}

fn require_matter(request: &RegisterContactRequest, faults: &mut Faults) {
    for (field, given) in [("topic", &request.topic), ("text", &request.text)] {
        if given.trim().is_empty() {
            faults.add(field, "must be given to register a case");
        }
    }
}

fn read_guidance(request: &RegisterContactRequest, faults: &mut Faults) -> Ending {
    let rung = request.guidance_rung();
    if rung == GuidanceRung::Unspecified {
        faults.add("guidance_rung", "must be given with guidance");
    }
    Ending::Guidance {
        rung,
        citation: faults.line("guidance_citation", &request.guidance_citation, LINE_MAX),
        entry: request.guidance_entry.as_ref().map(|entry| entry_ref("guidance_entry", entry, faults)),
        lawful_way: faults.line("lawful_way", &request.lawful_way, 2 * LINE_MAX),
    }
}

fn read_about(request: &RegisterContactRequest, faults: &mut Faults) -> Option<CaseKey> {
    let typed = request.about_case.trim();
    if typed.is_empty() {
        faults.add("about_case", "must name the case: its tracking code or its id");
        return None;
    }
    CaseKey::read(typed).map_err(|error| faults.add("about_case", error.to_string())).ok()
}

fn entry_ref(field: &'static str, cited: &EntryVersion, faults: &mut Faults) -> EntryRef {
    EntryRef { entry: faults.line(field, &cited.entry, CODE_MAX), version: cited.version }
}

pub(super) fn shown(shown: &[EntryVersion], faults: &mut Faults) -> Vec<EntryRef> {
    if shown.len() > SHOWN_MAX {
        faults.add("guidance_shown", format!("has more than {SHOWN_MAX} entries"));
    }
    shown.iter().take(SHOWN_MAX).map(|entry| entry_ref("guidance_shown", entry, faults)).collect()
}

/// An inaction complaint has its own clock, whatever programme the case before it belonged to (rule 6).
pub(super) fn programme(request: &RegisterContactRequest, faults: &mut Faults) -> String {
    match request.outcome() {
        Outcome::InactionComplaint => INACTION.to_owned(),
        _ => {
            let programme = faults.line("programme", &request.programme, CODE_MAX);
            choose(&programme).unwrap_or_else(|reason| faults.add("programme", reason));
            programme
        }
    }
}
