//! `samad letters import FILE --campaign CODE`

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use sheets::letters::Imported;

use super::Context;
use crate::letters;

#[derive(Subcommand)]
pub enum Letters {
    /// Register the letters of a table; rows that cannot be taken are named, and repeating it registers nothing twice.
    #[command(after_help = "\
Columns, in any order, by an English or a Persian name: number شماره, date تاریخ (1404/10/20 or 2026-01-10), name نام, national_id \
کد ملی, phone تلفن, county شهرستان, kind نوع, topic موضوع, text متن, place محل, scan فایل (the name of its scan), guidance راهنمایی \
(where advice ended it: information, beyond_capacity or unlawful), citation استناد.")]
    Import {
        /// A .csv (UTF-8) or .xlsx file whose first row names the columns.
        file: PathBuf,
        /// The campaign's code: its province, its days and its policy.
        #[arg(long)]
        campaign: String,
        /// The folder of scans: a letter whose scan is not there is refused.
        #[arg(long)]
        scans: Option<PathBuf>,
    },
}

impl Letters {
    /// 1 when a row was refused.
    pub async fn run(self, context: &Context) -> Result<u8> {
        let Letters::Import { file, campaign, scans } = self;
        let imported = letters::import(&context.doors, &file, &campaign, scans.as_deref()).await?;
        context.show.fields(&imported, || lines(&imported))?;
        Ok(u8::from(!imported.refused.is_empty()))
    }
}

fn lines(imported: &Imported) -> String {
    let head = format!("{} letters registered, {} rows refused", imported.registered, imported.refused.len());
    let refused = imported.refused.iter().map(|refused| {
        format!("line {} (letter {}): {}: {}", refused.line, refused.number, refused.field, refused.reason)
    });
    std::iter::once(head).chain(refused).collect::<Vec<_>>().join("\n")
}
