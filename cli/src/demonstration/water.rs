//! The water company of East Azerbaijan: repairs what is its own, returns what is not, and says what cannot be.

use chassis::clock::random_u64;
use sdk::{Agency, Answer, Desk, Outcome, Referral, Retry, not_ours};

use super::Pace;

pub const CODE: &str = "ea-water";

pub struct Water(pub Pace);

impl Agency for Water {
    async fn act(&self, referral: Referral, _desk: &Desk) -> Result<Outcome, Retry> {
        if !referral.topic.starts_with("water") {
            self.0.work(3).await;
            return Ok(not_ours("این موضوع در شرح وظایف شرکت آب و فاضلاب نیست.").into());
        }
        self.0.work(24 + random_u64() % 200).await;
        Ok(match random_u64() % 5 {
            0 => Answer::not_possible(
                "انشعاب خارج از محدودهٔ مصوب خدمات است و واگذاری آن ممکن نیست.",
                "آیین‌نامهٔ عملیاتی شرکت‌های آب و فاضلاب، محدودهٔ خدمات",
            ),
            1 => Answer::partly("شبکه تعمیر شد؛ تعویض کامل خط در برنامهٔ سال آینده است."),
            _ => Answer::done("گروه امداد اعزام شد و مشکل شبکه برطرف گردید."),
        }
        .into())
    }
}
