//! Sample reports, written down in `typeset/tests/` for the program that lays them out: what it reads is what is
//! written here. After a change that is meant: `SAMAD_WRITE_GOLDEN=1 cargo test -p audit samples`.

use std::path::Path;

use uuid::Uuid;

use super::observation::{Deducted, Holder, Observation, Topic};
use super::tests::{at, mehr, policy};
use super::{Basis, Fold, Source};

const TOPICS: [(&str, &str, &str); 5] = [
    ("water", "", "آب و فاضلاب"),
    ("water.leak", "water", "شکستگی لوله و هدررفت آب"),
    ("municipal", "", "خدمات شهری"),
    ("municipal.waste", "municipal", "پسماند و نظافت شهری"),
    ("loans", "", "تسهیلات بانکی"),
];
const AGENCIES: [(&str, &str); 3] =
    [("fa-water", "شرکت آب و فاضلاب فارس"), ("fa-shiraz-municipality", "شهرداری شیراز"), ("fa-unnamed", "")];

/// Contacts of Fars in every way and of every kind, most in Shiraz.
fn contacts() -> impl Iterator<Item = Observation> {
    let channels = ["phone", "phone", "phone", "web", "letter", "voicemail", "sms", "in_person"];
    let kinds = ["request", "request", "complaint", "suggestion", "criticism", "idea", "report"];
    let topics = ["water.leak", "municipal.waste", "loans", "water.leak", "unnamed-topic"];
    let counties = ["shiraz", "shiraz", "fasa", "kazerun", "nowhere"];
    (0..1_234).map(move |n: usize| Observation::Contact {
        province: "fars".into(),
        county: counties[n * n % counties.len()].into(),
        channel: channels[n % channels.len()],
        kind: kinds[n % kinds.len()],
        topic: topics[n % topics.len()].into(),
        outcome: if n.is_multiple_of(3) { "case" } else { "guidance" },
        at: at((n % 700) as i64),
    })
}

/// Referrals: most are answered in time, some late, some not at all; the municipality answers in the last days.
fn referrals() -> impl Iterator<Item = Observation> {
    (0..90_u32).flat_map(|n| {
        let place = (n % 3) as usize;
        let referral = Holder {
            referral_id: Uuid::from_u128(n.into()),
            agency: AGENCIES[place].0.into(),
            province: "fars".into(),
        };
        let answered = if place == 1 { 700 } else { 30 + i64::from(n) * 5 };
        let mut told = vec![
            Observation::Issued { referral: referral.clone(), at: at(i64::from(n)) },
            Observation::Due { referral: referral.clone(), due_at: at(360), since: at(0), epoch: 0 },
        ];
        if !n.is_multiple_of(10) {
            let registered_at = at(i64::from(n));
            told.push(Observation::Answered { referral, at: at(answered) });
            told.push(Observation::Closed { province: "fars".into(), registered_at, at: at(answered) });
        }
        told
    })
}

fn others() -> impl Iterator<Item = Observation> {
    let (fars, rungs) = (|| "fars".to_owned(), ["information", "beyond_capacity", "unlawful"]);
    let guidance = (0..820).map(move |n: usize| Observation::Guidance {
        province: fars(),
        rung: rungs[n % 3],
        at: at(9),
    });
    let registered = (0..412).map(move |_| Observation::Registered { province: fars(), at: at(9) });
    let feedback =
        (0..60).map(move |n| Observation::Feedback { province: fars(), solved: n % 6 != 0, at: at(99) });
    let referrals = vec![Uuid::from_u128(1)];
    let reopened = std::iter::once(Observation::Reopened { province: fars(), referrals, at: at(200) });
    let deducted = (0..3).map(move |n: u32| Observation::Deducted {
        deduction_id: Uuid::from_u128(n.into()),
        deducted: Deducted {
            agency: AGENCIES[1].0.into(),
            province: fars(),
            manager: "fa-m-017".into(),
            points: 5,
            breach_day: jiff::civil::date(2025, 10, 9),
        },
        at: at(400),
    });
    let restored = std::iter::once(Observation::Restored { deduction_id: Uuid::from_u128(2), at: at(500) });
    let topic = |(code, parent, name): (&str, &str, &str)| Topic {
        code: code.into(),
        parent: parent.into(),
        name_fa: name.into(),
    };
    let topics = TOPICS.map(topic).into();
    let named = std::iter::once(Observation::TopicsNamed { topics, at: at(-9) });
    let agencies = AGENCIES.map(|(agency, name)| Observation::Named {
        agency: agency.into(),
        name_fa: name.into(),
        at: at(-9),
    });
    guidance
        .chain(registered)
        .chain(feedback)
        .chain(reopened)
        .chain(named)
        .chain(agencies)
        .chain(deducted)
        .chain(restored)
}

/// The sample of that name, as JSON that people can read.
fn sample(facts: &[Observation], province: &str, is_public: bool) -> String {
    let tehran = jalali::Tehran::new().unwrap();
    let mut fold = Fold::new(mehr(), policy().mass_closing_days, &tehran);
    (0..).zip(facts).for_each(|(leaf, fact)| fold.hear(fact, leaf));
    let (provinces, names) = fold.finish();
    let latest = facts.iter().map(Observation::at).max();
    let basis = Basis {
        ledger_size: facts.len() as u64,
        ledger_root: "3f0c7a2e91b4d85f6a17c0e2b9d4837fa1c5e60b72d8934fe6a0b1c7d2f58e94".into(),
        as_of: latest.map(|at| at.to_string()).unwrap_or_default(),
        as_of_fa: latest.map(|at| tehran.moment_fa(at)).unwrap_or_default(),
        unread: 0,
    };
    let source =
        Source { period: mehr(), policy: &policy(), basis: &basis, provinces: &provinces, names: &names };
    serde_json::to_string_pretty(&source.report(province, is_public)).unwrap() + "\n"
}

#[test]
fn the_typesetter_is_tested_with_what_is_written_here() {
    let facts: Vec<Observation> = contacts().chain(referrals()).chain(others()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../typeset/tests");
    for (name, made) in [
        ("province", sample(&facts, "fars", false)),
        ("country-public", sample(&facts[..40], "", true)),
        ("nothing", sample(&[], "fars", false)),
    ] {
        let file = folder.join(format!("{name}.json"));
        if std::env::var_os("SAMAD_WRITE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, &made).unwrap();
        }
        let written = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(written == made, "{} is not what is written now: see the head of this file", file.display());
    }
}
