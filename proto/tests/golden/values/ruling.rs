//! routing's facts of what people decide on referrals.

use contracts::routing::{
    AnswerHeld, AnswerRejected, ArbitrationAsked, ArbitrationRuled, ArbitrationWithdrawn, CallbackDrawn,
    DocumentsAsked, DocumentsReceived, ExtensionAsked, ExtensionRuled, HoldReason, ReferralAdded,
    ReferralAmended, ReferralWithdrawn, RulingPolicy, RulingPolicyAdopted,
};

use super::{ACTION, AGENCY, CASE, CONTACT, COUNTY, PROVINCE, REFERRAL, TOPIC, at};
use crate::sample::Sample;

const AGENCY_FA: &str = "شرکت آب و فاضلاب فارس";
const ARBITRATION: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff000a";
const PERSON: &str = "s.karimi";

pub fn all() -> Vec<Sample> {
    let mut samples = vec![
        Sample::fact(ReferralAmended {
            amendment_id: CONTACT.into(),
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            round: 2,
            statement: "آب کوچهٔ بالا هم قطع شد.".into(),
            amended_at: at(65),
        }),
        Sample::fact(ReferralWithdrawn {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            round: 2,
            reason: "مشکل حل شد.".into(),
            withdrawn_at: at(70),
        }),
        Sample::fact(RulingPolicyAdopted { policy: Some(policy()), adopted_at: at(-900) }),
    ];
    samples.extend(extension());
    samples.extend(documents());
    samples.extend(arbitration());
    samples.extend(quality());
    samples
}

fn policy() -> RulingPolicy {
    RulingPolicy {
        programme: "national-trip".into(),
        version: 2,
        extension_days_max: 15,
        extensions_max: 2,
        returns_before_arbitration: 2,
        answer_letters_min: 8,
        boilerplate_window: 200,
        boilerplate_others: 5,
        boilerplate_bits: 6,
        elsewhere_phrases: vec!["مراجعه کنید".into(), "مراجعه نمایید".into()],
        callback_per_mille: 50,
        valid_from: at(-1_000),
    }
}

fn extension() -> Vec<Sample> {
    vec![
        Sample::fact(ExtensionAsked {
            action_id: ACTION.into(),
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            days: 10,
            reason: "قطعهٔ یدکی در راه است.".into(),
            acted_at: at(40),
            asked_at: at(41),
        }),
        Sample::fact(ExtensionRuled {
            action_id: ACTION.into(),
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            agency_name_fa: AGENCY_FA.into(),
            granted: true,
            days: 7,
            reason: "تأمین قطعه زمان می‌برد.".into(),
            ruled_by: PERSON.into(),
            asked_at: at(41),
            ruled_at: at(50),
        }),
    ]
}

fn documents() -> Vec<Sample> {
    vec![
        Sample::fact(DocumentsAsked {
            action_id: ACTION.into(),
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            agency_name_fa: AGENCY_FA.into(),
            documents: "تصویر سند مالکیت".into(),
            acted_at: at(42),
            asked_at: at(43),
        }),
        Sample::fact(DocumentsReceived {
            action_id: ACTION.into(),
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            note: "در پوشهٔ ۱۲ مرکز".into(),
            recorded_by: PERSON.into(),
            asked_at: at(43),
            received_at: at(60),
        }),
    ]
}

fn arbitration() -> Vec<Sample> {
    vec![
        Sample::fact(ArbitrationAsked {
            arbitration_id: ARBITRATION.into(),
            case_id: CASE.into(),
            round: 3,
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            reason: "پرونده دو بار برگشت داده شده است".into(),
            tried: vec!["fars-power".into(), AGENCY.into()],
            asked_at: at(70),
        }),
        Sample::fact(ArbitrationRuled {
            arbitration_id: ARBITRATION.into(),
            case_id: CASE.into(),
            round: 3,
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            agency: AGENCY.into(),
            referral_id: REFERRAL.into(),
            reason: "خط لوله در مالکیت شرکت است.".into(),
            became_rule: true,
            ruled_by: PERSON.into(),
            asked_at: at(70),
            ruled_at: at(80),
        }),
        Sample::fact(ArbitrationWithdrawn {
            arbitration_id: ARBITRATION.into(),
            case_id: CASE.into(),
            province: PROVINCE.into(),
            withdrawn_at: at(75),
        }),
        Sample::fact(ReferralAdded {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            reason: "بخشی از کار با این شرکت است.".into(),
            added_by: PERSON.into(),
            added_at: at(65),
        }),
    ]
}

fn quality() -> Vec<Sample> {
    vec![
        Sample::fact(AnswerHeld {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            round: 2,
            action_id: ACTION.into(),
            reasons: vec![HoldReason::Boilerplate.into(), HoldReason::GoesElsewhere.into()],
            held_at: at(91),
        }),
        Sample::fact(AnswerRejected {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            round: 2,
            action_id: ACTION.into(),
            reason: "به درخواست پاسخ داده نشده است.".into(),
            reviewed_by: PERSON.into(),
            held_at: at(91),
            rejected_at: at(95),
        }),
        Sample::fact(CallbackDrawn {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            action_id: ACTION.into(),
            drawn_at: at(91),
        }),
    ]
}
