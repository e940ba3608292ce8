//! The welfare organisation: answers most referrals after some days, and lets every third one lie until its
//! fifteen days are over, so that a breach and what follows from it can be seen.

use chassis::clock::random_u64;
use sdk::{Agency, Answer, Desk, Outcome, Referral, Retry};

use super::Pace;

pub const CODE: &str = "ea-welfare";

pub struct Welfare(pub Pace);

impl Agency for Welfare {
    async fn act(&self, _referral: Referral, _desk: &Desk) -> Result<Outcome, Retry> {
        if random_u64().is_multiple_of(3) {
            return Ok(Outcome::Later);
        }
        self.0.work(72 + random_u64() % 200).await;
        Ok(Answer::done("مددکار با شما تماس گرفت و پرونده برای بهره‌مندی از خدمات تشکیل شد.").into())
    }
}
