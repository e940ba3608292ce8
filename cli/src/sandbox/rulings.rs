//! What the province, the centre and a reviewer decide in a sandbox.

use anyhow::Result;
use contracts::routing::{
    ListDocumentRequestsRequest, ListExtensionsRequest, RecordDocumentsRequest, ReviewAnswerRequest,
    RuleExtensionRequest,
};

use super::{Hand, Issued, Sandbox};

/// Who decides, in the records of a sandbox.
const BY: &str = "sandbox";
/// As much of what waits as a service tells at once.
const PAGE: u32 = 500;

impl Sandbox {
    /// The action by which the agency asked for more time: by hand, if its adapter did not.
    pub async fn extension_asked(&self, issued: &Issued) -> Result<String> {
        let province = issued.province.clone();
        let request = ListExtensionsRequest { province, page_size: PAGE, ..Default::default() };
        let waiting = self.doors.rulings().list_extensions(request).await?.into_inner().extensions;
        match waiting.into_iter().find(|waiting| waiting.referral_id == issued.referral_id) {
            Some(waiting) => Ok(waiting.action_id),
            None => self.by_hand(issued, Hand::AskExtension).await,
        }
    }

    /// The action by which the agency asked for documents: by hand, if its adapter did not.
    pub async fn documents_asked(&self, issued: &Issued) -> Result<String> {
        let province = issued.province.clone();
        let request = ListDocumentRequestsRequest { province, page_size: PAGE, ..Default::default() };
        let waiting = self.doors.rulings().list_document_requests(request).await?.into_inner().requests;
        match waiting.into_iter().find(|waiting| waiting.referral_id == issued.referral_id) {
            Some(waiting) => Ok(waiting.action_id),
            None => self.by_hand(issued, Hand::AskDocuments).await,
        }
    }

    /// The province rules on the extension that `action_id` asked for.
    pub async fn rule_extension(&self, issued: &Issued, action_id: &str, grant: bool) -> Result<()> {
        let request = RuleExtensionRequest {
            referral_id: issued.referral_id.clone(),
            action_id: action_id.to_owned(),
            grant,
            days: 0,
            reason: if grant {
                "با تمدید موافقت شد"
            } else {
                "شهروند نباید بیش از این منتظر بماند"
            }
            .to_owned(),
            ruled_by: BY.to_owned(),
        };
        self.doors.rulings().rule_extension(request).await?;
        Ok(())
    }

    /// The citizen's documents, for which `action_id` asked, come.
    pub async fn documents_come(&self, issued: &Issued, action_id: &str) -> Result<()> {
        let request = RecordDocumentsRequest {
            referral_id: issued.referral_id.clone(),
            action_id: action_id.to_owned(),
            note: "پوشهٔ ۱۲ در بایگانی مرکز".to_owned(),
            recorded_by: BY.to_owned(),
        };
        self.doors.rulings().record_documents(request).await?;
        Ok(())
    }

    /// A reviewer gives back the answer that `action_id` gave and the quality gate holds.
    pub async fn give_back(&self, issued: &Issued, action_id: &str) -> Result<()> {
        let request = ReviewAnswerRequest {
            referral_id: issued.referral_id.clone(),
            action_id: action_id.to_owned(),
            pass: false,
            reason: "به درخواست شهروند پاسخ داده نشده است".to_owned(),
            reviewed_by: BY.to_owned(),
        };
        self.doors.rulings().review_answer(request).await?;
        Ok(())
    }
}
