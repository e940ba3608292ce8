//! The municipality of Tabriz: sends a crew and answers within two days.

use chassis::clock::random_u64;
use sdk::{Agency, Answer, Desk, Outcome, Referral, Retry};

use super::Pace;

pub const CODE: &str = "ea-municipality-tabriz";

pub struct Municipality(pub Pace);

impl Agency for Municipality {
    async fn act(&self, referral: Referral, desk: &Desk) -> Result<Outcome, Retry> {
        self.0.work(2 + random_u64() % 10).await;
        desk.progress(referral.id, "اکیپ منطقه برای بازدید اعزام شد.").await?;
        self.0.work(4 + random_u64() % 30).await;
        let place = match referral.place.as_str() {
            "" => String::new(),
            place => format!(" ({place})"),
        };
        Ok(Answer::done(format!("از محل{place} بازدید و مشکل برطرف شد. از پیگیری شما سپاسگزاریم.")).into())
    }
}
