//! routing's facts.

use contracts::agency::{ActionKind, AnswerOutcome};
use contracts::intake::{Channel, Kind};
use contracts::routing::{
    ActionRecorded, ActionRefused, AgencyChanged, AgencyRegistered, DeskItemOpened, NamedTopic,
    ReferralAnswered, ReferralIssued, ReferralReturned, TopicsNamed, WireFormat,
};

use super::agency::refusal;
use super::{ACTION, AGENCY, ANSWER, CASE, COUNTY, PROVINCE, REFERRAL, STATEMENT, TOPIC, at};
use crate::sample::Sample;

const AGENCY_FA: &str = "شرکت آب و فاضلاب فارس";

pub fn all() -> Vec<Sample> {
    let mut samples = directory();
    samples.push(Sample::fact(referral_issued()));
    samples.extend(actions());
    samples.extend(endings());
    samples
}

fn directory() -> Vec<Sample> {
    vec![
        Sample::fact(AgencyRegistered {
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            name_fa: AGENCY_FA.into(),
            name_en: "Fars Water and Wastewater Company".into(),
            format: WireFormat::Protobuf.into(),
            registered_at: at(-600),
            supervisor: "fa-inspection".into(),
        }),
        Sample::fact(AgencyChanged {
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            name_fa: AGENCY_FA.into(),
            name_en: "Fars Water and Wastewater Company".into(),
            format: WireFormat::Json.into(),
            changed_at: at(-300),
            supervisor: "fa-inspection".into(),
        }),
        Sample::fact(TopicsNamed {
            topics: vec![NamedTopic {
                code: TOPIC.into(),
                parent: "water".into(),
                name_fa: "شکستگی لوله".into(),
                name_en: "Burst pipes".into(),
            }],
            named_at: at(-600),
        }),
        Sample::fact(DeskItemOpened {
            case_id: CASE.into(),
            province: PROVINCE.into(),
            topic: TOPIC.into(),
            round: 2,
            reason: "no_rule".into(),
            opened_at: at(2),
        }),
    ]
}

fn referral_issued() -> ReferralIssued {
    ReferralIssued {
        referral_id: REFERRAL.into(),
        case_id: CASE.into(),
        round: 2,
        agency: AGENCY.into(),
        province: PROVINCE.into(),
        county: COUNTY.into(),
        topic: TOPIC.into(),
        kind: Kind::Complaint.into(),
        channel: Channel::Phone.into(),
        statement: STATEMENT.into(),
        place: "شیراز، خیابان زند، کوچهٔ ۱۲".into(),
        pseudonym: "6f1c9d0e2b7a".into(),
        programme: "national-trip".into(),
        target_at: at(30 * 24 * 60),
        promised_at: at(15 * 24 * 60),
        issued_at: at(2),
        source_reference: "۱۱۱/ش/۴۲۷".into(),
        agency_name_fa: AGENCY_FA.into(),
        agencies: 2,
    }
}

fn actions() -> Vec<Sample> {
    vec![
        Sample::fact(ActionRecorded {
            action_id: ACTION.into(),
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            kind: ActionKind::Progress.into(),
            text: "اکیپ اعزام شد.".into(),
            acted_at: at(30),
            recorded_at: at(31),
        }),
        Sample::fact(ActionRefused {
            action_id: ACTION.into(),
            referral_id: REFERRAL.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            refusal: Some(refusal()),
            refused_at: at(31),
        }),
    ]
}

fn endings() -> Vec<Sample> {
    vec![
        Sample::fact(ReferralReturned {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            round: 1,
            action_id: ACTION.into(),
            reason: "در محدودهٔ این شرکت نیست.".into(),
            returned_at: at(60),
        }),
        Sample::fact(ReferralAnswered {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            round: 2,
            action_id: ACTION.into(),
            outcome: AnswerOutcome::PartlyDone.into(),
            text: ANSWER.into(),
            legal_reason: "مادهٔ ۱۰۰ قانون شهرداری".into(),
            acted_at: at(90),
            answered_at: at(91),
        }),
    ]
}
