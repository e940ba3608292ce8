//! What people do in a sandbox: citizens, the manual desk, and an agency's staff by hand.

use anyhow::{Context, Result, bail, ensure};
use chassis::clock::Clock;
use contracts::agency::{ActionKind, ActionPublished, AnswerOutcome};
use contracts::deadline::{ExplainDeadlineRequest, ListPoliciesRequest};
use contracts::intake::get_case_request::Key;
use contracts::intake::{Case, FeedbackVerdict, GetCaseRequest, GiveFeedbackRequest, WithdrawCaseRequest};
use contracts::routing::{
    Agency, AssignDeskItemRequest, ListReferralsRequest, RecordActionRequest, Referral, ReferralState,
};
use jiff::{SignedDuration, Timestamp};
use tonic::Code;

use super::{Draft, PATIENCE, Sandbox, Way, until};

/// Asked for by hand; what the shipped policies allow.
const DAYS: u32 = 7;

/// A referral that somebody's matter became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub case_id: String,
    pub tracking_code: String,
    pub referral_id: String,
    /// Whose it is.
    pub agency: String,
    pub province: String,
}

/// What an agency's staff do by hand, at /staff, while its adapter knows nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// It is done.
    Answer,
    /// An answer that only points elsewhere, which the quality gate holds.
    PointElsewhere,
    /// Not theirs.
    Return,
    /// More time.
    AskExtension,
    /// The citizen's documents.
    AskDocuments,
}

impl Hand {
    fn action(self, referral_id: &str) -> ActionPublished {
        let (kind, text) = match self {
            Hand::Answer => (ActionKind::Answer, "کارشناس دستگاه پیگیری کرد و مشکل برطرف شد."),
            Hand::PointElsewhere => (ActionKind::Answer, "به سایت شرکت مراجعه کنید."),
            Hand::Return => (ActionKind::Returned, "این موضوع در شرح وظایف این دستگاه نیست."),
            Hand::AskExtension => (ActionKind::ExtensionAsked, "تأمین قطعه زمان می‌برد."),
            Hand::AskDocuments => (ActionKind::DocumentsAsked, "تصویر قرارداد"),
        };
        let outcome =
            if kind == ActionKind::Answer { AnswerOutcome::Done } else { AnswerOutcome::Unspecified };
        ActionPublished {
            action_id: Clock::live().new_id().to_string(),
            referral_id: referral_id.to_owned(),
            kind: kind.into(),
            outcome: outcome.into(),
            text: text.to_owned(),
            extension_days: if self == Hand::AskExtension { DAYS } else { 0 },
            ..Default::default()
        }
    }
}

impl Sandbox {
    /// Brings the draft in by intake's door; the referral that routing makes of it for the agency.
    ///
    /// # Errors
    /// When intake refuses it, or routing sends it to others.
    pub async fn issue(&self, agency: &Agency, way: &Way, draft: &Draft) -> Result<Issued> {
        let registered = self.doors.intake().register_contact(draft.contact(way)).await?.into_inner();
        let case_id = registered.case_id;
        let referral_id = until(PATIENCE, "the case is referred", async || {
            if let Some(referral) = self.referral(&case_id, &agency.code).await? {
                return Ok(Some(referral.referral_id));
            }
            if way.by_desk { self.assign(&case_id, &agency.code).await } else { Ok(None) }
        })
        .await?;
        Ok(Issued {
            case_id,
            tracking_code: registered.tracking_code,
            referral_id,
            agency: agency.code.clone(),
            province: way.province.clone(),
        })
    }

    /// The case with this tracking code or id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn case(&self, case: &str) -> Result<Case> {
        let key = if case.contains('-') {
            Key::CaseId(case.to_owned())
        } else {
            Key::TrackingCode(case.to_owned())
        };
        let answer = self.doors.intake().get_case(GetCaseRequest { key: Some(key) }).await?.into_inner();
        answer.case.context("intake answered without the case")
    }

    /// The agency's latest referral of the case; none while the case has none at all.
    ///
    /// # Errors
    /// When only others have it.
    pub async fn referral(&self, case_id: &str, agency: &str) -> Result<Option<Referral>> {
        let referrals = self.referrals(case_id).await?;
        let others: Vec<String> = referrals.iter().map(|referral| referral.agency.clone()).collect();
        let own = referrals.into_iter().rfind(|referral| referral.agency == agency);
        ensure!(
            own.is_some() || others.is_empty(),
            "topic: it went to {}, not to {agency}: leave --topic out, or name one that `samad agency import` routes there",
            others.join(", ")
        );
        Ok(own)
    }

    /// All referrals of the case, by round.
    pub async fn referrals(&self, case_id: &str) -> Result<Vec<Referral>> {
        let request = ListReferralsRequest { case_id: case_id.to_owned() };
        Ok(self.doors.routing().list_referrals(request).await?.into_inner().referrals)
    }

    async fn assign(&self, case_id: &str, agency: &str) -> Result<Option<String>> {
        let request = AssignDeskItemRequest { case_id: case_id.to_owned(), agency: agency.to_owned() };
        match self.doors.routing().assign_desk_item(request).await {
            Ok(answer) => Ok(Some(answer.into_inner().referral_id)),
            // It has not reached the desk yet.
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(status.into()),
        }
    }

    /// An agency's staff act by hand; the action's id.
    ///
    /// # Errors
    /// When Samad refuses it, as whoever acts reads it.
    pub async fn by_hand(&self, issued: &Issued, hand: Hand) -> Result<String> {
        let action = hand.action(&issued.referral_id);
        let action_id = action.action_id.clone();
        let request = RecordActionRequest { agency: issued.agency.clone(), action: Some(action) };
        let answer = self.doors.routing().record_action(request).await?.into_inner();
        match answer.verdict.and_then(|verdict| verdict.refusal) {
            Some(refusal) => bail!("by hand: {} ({})", refusal.message, refusal.code),
            None => Ok(action_id),
        }
    }

    /// The citizen takes the case back.
    pub async fn withdraw(&self, case: &str) -> Result<()> {
        let request = WithdrawCaseRequest {
            case: case.to_owned(),
            reason: "مشکل خودبه‌خود رفع شد".to_owned(),
        };
        self.doors.cases().withdraw_case(request).await?;
        Ok(())
    }

    /// The referral has an answer: by hand, if its adapter gave none.
    pub async fn answered(&self, issued: &Issued) -> Result<()> {
        let referral = self.referral(&issued.case_id, &issued.agency).await?;
        if referral.is_some_and(|referral| referral.state() == ReferralState::Answered) {
            return Ok(());
        }
        self.by_hand(issued, Hand::Answer).await.map(drop)
    }

    /// The citizen says that the answer solved nothing; the agency's next referral of the case.
    ///
    /// # Errors
    /// When the case is not answered, or is not reopened at that agency.
    pub async fn reopen(&self, issued: &Issued) -> Result<Issued> {
        until(PATIENCE, "the answer reaches the citizen", async || {
            let request = GiveFeedbackRequest {
                case: issued.case_id.clone(),
                verdict: FeedbackVerdict::NotSolved.into(),
                statement: "همان مشکل هنوز باقی است.".to_owned(),
                answer: 0,
            };
            match self.doors.cases().give_feedback(request).await {
                Ok(_) => Ok(Some(())),
                Err(status) if status.code() == Code::FailedPrecondition => Ok(None),
                Err(status) => Err(status.into()),
            }
        })
        .await?;
        let referral_id = until(PATIENCE, "the case comes back to the agency", async || {
            let latest = self.referral(&issued.case_id, &issued.agency).await?;
            Ok(latest.map(|latest| latest.referral_id).filter(|id| *id != issued.referral_id))
        })
        .await?;
        Ok(Issued { referral_id, ..issued.clone() })
    }

    /// When the referral is due.
    pub async fn due(&self, issued: &Issued) -> Result<Timestamp> {
        let request = ExplainDeadlineRequest { referral_id: issued.referral_id.clone() };
        until(PATIENCE, "the referral has a clock", async || {
            match self.doors.deadline().explain_deadline(request.clone()).await {
                Ok(explained) => Ok(contracts::optional_instant(explained.into_inner().due_at.as_ref())?),
                Err(status) if status.code() == Code::NotFound => Ok(None),
                Err(status) => Err(status.into()),
            }
        })
        .await
    }

    /// When the agency is first reminded of the referral.
    pub async fn reminder(&self, issued: &Issued) -> Result<Timestamp> {
        let due = self.due(issued).await?;
        let policies =
            self.doors.deadline().list_policies(ListPoliciesRequest {}).await?.into_inner().policies;
        let everyday = policies.iter().filter(|policy| policy.programme.is_empty());
        let days = everyday.flat_map(|policy| policy.reminder_days_before.iter().copied()).max();
        let days = days.context("no policy reminds agencies: see `samad deadline policy`")?;
        Ok(due.checked_sub(SignedDuration::from_hours(24 * i64::from(days)))?)
    }
}
