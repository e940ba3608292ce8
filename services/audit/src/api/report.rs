//! The door to reports (rule 10).

use std::sync::Arc;

use contracts::audit::report_service_server::ReportService;
use contracts::audit::{BuildReportRequest, BuildReportResponse};
use jalali::Tehran;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status};

use super::Refusal;
use crate::domain::faults::Fault;
use crate::domain::report::Period;
use crate::out::typesetter::{NoPdf, Typesetter};
use crate::rebuild::{self, Asked};
use crate::store::reports;

/// Builds at once: each reads the whole ledger.
const MAX_BUILDS: usize = 2;

/// Builds reports.
#[derive(Clone)]
pub struct ReportDoor {
    db: PgPool,
    tehran: Tehran,
    builds: Arc<Semaphore>,
    typesetter: Typesetter,
}

impl ReportDoor {
    /// A door to the ledger in `db`.
    #[must_use]
    pub fn new(db: &PgPool, tehran: &Tehran, typesetter: &Typesetter) -> Self {
        let builds = Arc::new(Semaphore::new(MAX_BUILDS));
        Self { db: db.clone(), tehran: tehran.clone(), builds, typesetter: typesetter.clone() }
    }

    async fn build(&self, asked: BuildReportRequest) -> Result<BuildReportResponse, Refusal> {
        let period: Period = asked.period.parse().map_err(|e| Fault::new("period", &format!("{e}")))?;
        if asked.public_edition && matches!(period, Period::Quarter(_)) {
            let message = "must be a month: a quarter and its months would tell what is hidden";
            return Err(Refusal::Invalid { field: "period", message });
        }
        let busy = |_| Refusal::Busy("enough reports are being built: try again later");
        let _permit = self.builds.try_acquire().map_err(busy)?;
        let issued =
            reports::one(&mut *self.db.acquire().await?, &period.to_string(), &asked.province).await?;
        let as_issued = issued.as_ref().filter(|i| [0, i.ledger_size].contains(&asked.as_of_size));
        let size = as_issued.map_or(asked.as_of_size, |issued| issued.ledger_size);
        let provinces = [asked.province];
        let wanted = Asked {
            periods: &[period],
            size: if size == 0 { u64::MAX } else { size },
            provinces: &provinces,
            is_public: asked.public_edition,
            policy: as_issued.map(|issued| (issued.policy.clone(), issued.policy_version)),
        };
        let (read, mut made) = rebuild::reports(&self.db, &wanted, &self.tehran).await?;
        let built = made.pop().and_then(|mut made| made.built.pop());
        let built = built.ok_or(Refusal::Precondition("no report policy governs that period"))?;
        let pdf = if asked.with_pdf { self.typesetter.pdf(&built.json).await? } else { Vec::new() };
        let [json_sha256, xlsx_sha256] = built.digests();
        let same = |i: &reports::Issued| i.json_sha256 == json_sha256 && i.xlsx_sha256 == xlsx_sha256;
        Ok(BuildReportResponse {
            ledger_size: read.size,
            issued: issued.as_ref().is_some_and(same),
            json: built.json,
            xlsx: built.xlsx,
            json_sha256,
            xlsx_sha256,
            pdf,
        })
    }
}

impl From<NoPdf> for Refusal {
    fn from(reason: NoPdf) -> Self {
        match reason {
            NoPdf::Missing => Refusal::Precondition(
                "PDFs are written by the program samad-typeset, which is not installed: run `./samad typeset`",
            ),
            NoPdf::Failed(error) => Refusal::Typeset(error),
        }
    }
}

#[tonic::async_trait]
impl ReportService for ReportDoor {
    async fn build_report(
        &self,
        request: Request<BuildReportRequest>,
    ) -> Result<Response<BuildReportResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let request = chassis::grpc::narrowed(request, |asked| &mut asked.province)?;
        Ok(Response::new(self.build(request.into_inner()).await?))
    }
}
