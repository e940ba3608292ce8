//! A water company's adapter: fixes outages, gives the rest back, and asks for patience when its own books fail.
//!
//! `SAMAD_CREDENTIALS=… cargo run -p sdk --example water`

use std::fs::OpenOptions;
use std::io::Write;

use sdk::{Agency, Answer, Connection, Desk, Kind, Outcome, Referral, Retry, not_ours, serve};

struct Water {
    orders: &'static str,
}

impl Agency for Water {
    async fn act(&self, referral: Referral, desk: &Desk) -> Result<Outcome, Retry> {
        if !referral.topic.starts_with("water") {
            return Ok(not_ours("این موضوع در صلاحیت آب و فاضلاب نیست.").into());
        }
        if referral.kind == Kind::Idea {
            return Ok(Answer::not_possible("بودجه‌ای برای این کار نیست.", "قانون بودجهٔ سال جاری").into());
        }
        // When the disk is full, `?` means: give it to me again later.
        let mut orders = OpenOptions::new().create(true).append(true).open(self.orders)?;
        writeln!(orders, "{}\t{}", referral.id, referral.place)?;
        desk.progress(referral.id, "دستور کار صادر شد.").await?;
        Ok(Answer::done("گروه تعمیرات اعزام شد و آب وصل است.").into())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    serve(Connection::from_env()?, Water { orders: "work-orders.tsv" }).await
}
