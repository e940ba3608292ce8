//! audit's facts.

use contracts::audit::{
    CheckpointSigned, EvaluationPolicy, EvaluationPolicyAdopted, Evidence, ManagerAppointed, PointsDeducted,
    PointsRestored, RebuttalFiled, RebuttalRuled, ReportIssued, ReportPolicy, ReportPolicyAdopted,
    RestoreReason, Ruling, Term,
};

use super::{AGENCY, CASE, FACT, PROVINCE, REFERRAL, at};
use crate::sample::Sample;

const MANAGER: &str = "fa-m-017";
const DAY: &str = "2025-09-30";
const STAFF: &str = "staff-12";

pub fn all() -> Vec<Sample> {
    let checkpoint = Sample::fact(CheckpointSigned {
        // Past 2^53: the JSON mapping writes it as a string.
        size: 9_007_199_254_740_993,
        root: (0..32).collect(),
        note: "samad.example/ledger\n9007199254740993\nAAECAw==\n\n— samad.example/ledger AAECAw==\n".into(),
        signed_at: at(600),
    });
    [checkpoint].into_iter().chain(rules()).chain(points()).chain([report()]).collect()
}

fn rules() -> [Sample; 3] {
    let term = Term {
        agency: AGENCY.into(),
        province: PROVINCE.into(),
        manager: MANAGER.into(),
        name_fa: "مهران نمونه".into(),
        title_fa: "مدیرعامل".into(),
        first_day: "2025-03-21".into(),
        last_day: "2026-03-20".into(),
        version: 2,
        withdrawn: true,
    };
    let evaluation = EvaluationPolicy {
        policy: "evaluation".into(),
        version: 2,
        first_day: "2025-03-21".into(),
        last_day: "2026-03-20".into(),
        base_points: 100,
        inaction_points: 5,
        rebuttal_days: 10,
        missed_points: 40,
        reopened_points: 20,
        band_floors: vec![10, 100],
    };
    let report = ReportPolicy {
        policy: "reports".into(),
        version: 2,
        first_day: "2025-03-21".into(),
        last_day: "2026-03-20".into(),
        issue_after_hours: 6,
        mass_closing_days: 3,
        mass_closing_least: 20,
        mass_closing_percent: 50,
        least_people: 5,
    };
    [
        Sample::fact(ManagerAppointed { term: Some(term), recorded_at: at(600) }),
        Sample::fact(EvaluationPolicyAdopted { policy: Some(evaluation), adopted_at: at(600) }),
        Sample::fact(ReportPolicyAdopted { policy: Some(report), adopted_at: at(600) }),
    ]
}

fn points() -> [Sample; 4] {
    let evidence = Evidence { index: 41, fact_id: FACT.into(), fact: "deadline_breached".into() };
    [
        Sample::fact(PointsDeducted {
            deduction_id: FACT.into(),
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            manager: MANAGER.into(),
            points: 5,
            policy: "evaluation".into(),
            policy_version: 2,
            breach_day: DAY.into(),
            due_at: at(590),
            evidence: vec![evidence],
            deducted_at: at(600),
        }),
        Sample::fact(PointsRestored {
            deduction_id: FACT.into(),
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            manager: MANAGER.into(),
            points: 5,
            reason: RestoreReason::RebuttalAccepted.into(),
            breach_day: DAY.into(),
            restored_at: at(900),
        }),
        Sample::fact(RebuttalFiled {
            deduction_id: FACT.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            manager: MANAGER.into(),
            text: "پاسخ در مهلت داده شده بود.".into(),
            filed_by: STAFF.into(),
            filed_at: at(700),
        }),
        Sample::fact(RebuttalRuled {
            deduction_id: FACT.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            manager: MANAGER.into(),
            ruling: Ruling::Reversed.into(),
            reason: "نامهٔ پاسخ پیوست است.".into(),
            ruled_by: STAFF.into(),
            ruled_at: at(800),
        }),
    ]
}

fn report() -> Sample {
    Sample::fact(ReportIssued {
        period: "1404-07".into(),
        province: PROVINCE.into(),
        ledger_size: 4_096,
        json_sha256: (0..32).collect(),
        xlsx_sha256: (32..64).collect(),
        policy: "reports".into(),
        policy_version: 2,
        issued_at: at(600),
        period_fa: "مهر ۱۴۰۴".into(),
        province_fa: "فارس".into(),
        xlsx: b"PK".to_vec(),
        pdf: b"%PDF".to_vec(),
    })
}
