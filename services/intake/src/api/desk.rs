//! The operators' desk: the guidance base, hours and the work list, recordings.

use chassis::clock::Clock;
use chassis::{Sealer, grpc};
use contracts::intake::guidance_service_server::GuidanceService;
use contracts::intake::recording_service_server::RecordingService;
use contracts::intake::work_list_service_server::WorkListService;
use contracts::intake::*;
use futures_util::stream::BoxStream;
use jalali::Tehran;
use outbox::Store;
use tonic::{Request, Response, Status, Streaming};

use crate::api::cases::Cases;
use crate::api::{
    finish_item, get_call_history, get_guidance, get_hours, import_desk_rules, import_guidance, moment,
    play_recording, record_voicemail, release_items, search_guidance, store_recording, take_item,
};
use crate::out::recording_files::RecordingFiles;

/// What the desk's RPCs work with.
#[derive(Clone)]
pub struct Desk {
    /// For state and facts.
    pub store: Store,
    /// The deployment's clock.
    pub clock: Clock,
    /// For callers' numbers.
    pub sealer: Sealer,
    /// Where a centre's days are counted.
    pub tehran: Tehran,
    /// Where recordings lie.
    pub files: RecordingFiles,
    /// For what a citizen who is called back says of a case.
    pub cases: Cases,
}

/// One RPC in the way of all: the caller's trace, the moment, then its own file; `by` tells it who calls.
macro_rules! done {
    ($desk:ident, $request:ident, $work:path, by) => {{
        chassis::grpc::continue_trace($request.metadata());
        let now = moment(&$desk.clock, $request.metadata())?;
        let caller = chassis::grpc::caller(&$request)?;
        $work($desk, $request.into_inner(), &caller, now).await.map(Response::new)
    }};
    ($desk:ident, $request:ident, $work:path) => {{
        chassis::grpc::continue_trace($request.metadata());
        let now = moment(&$desk.clock, $request.metadata())?;
        $work($desk, $request.into_inner(), now).await.map(Response::new)
    }};
}
pub(crate) use done;

#[tonic::async_trait]
impl GuidanceService for Desk {
    #[tracing::instrument(skip_all)]
    async fn import_guidance(
        &self,
        request: Request<ImportGuidanceRequest>,
    ) -> Result<Response<ImportGuidanceResponse>, Status> {
        done!(self, request, import_guidance::import_guidance)
    }

    #[tracing::instrument(skip_all)]
    async fn search_guidance(
        &self,
        request: Request<SearchGuidanceRequest>,
    ) -> Result<Response<SearchGuidanceResponse>, Status> {
        grpc::continue_trace(request.metadata());
        search_guidance::search_guidance(self, request.into_inner()).await.map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn get_guidance(
        &self,
        request: Request<GetGuidanceRequest>,
    ) -> Result<Response<GetGuidanceResponse>, Status> {
        grpc::continue_trace(request.metadata());
        get_guidance::get_guidance(self, request.into_inner()).await.map(Response::new)
    }
}

#[tonic::async_trait]
impl WorkListService for Desk {
    #[tracing::instrument(skip_all)]
    async fn import_desk_rules(
        &self,
        request: Request<ImportDeskRulesRequest>,
    ) -> Result<Response<ImportDeskRulesResponse>, Status> {
        done!(self, request, import_desk_rules::import_desk_rules)
    }

    #[tracing::instrument(skip_all)]
    async fn get_hours(
        &self,
        request: Request<GetHoursRequest>,
    ) -> Result<Response<GetHoursResponse>, Status> {
        done!(self, request, get_hours::get_hours)
    }

    #[tracing::instrument(skip_all)]
    async fn record_voicemail(
        &self,
        request: Request<RecordVoicemailRequest>,
    ) -> Result<Response<RecordVoicemailResponse>, Status> {
        done!(self, request, record_voicemail::record_voicemail)
    }

    #[tracing::instrument(skip_all)]
    async fn take_item(
        &self,
        request: Request<TakeItemRequest>,
    ) -> Result<Response<TakeItemResponse>, Status> {
        let request = grpc::narrowed(request, |asked| &mut asked.province)?;
        let request = grpc::signed(request, |asked| &mut asked.operator)?;
        done!(self, request, take_item::take_item)
    }

    #[tracing::instrument(skip_all)]
    async fn finish_item(
        &self,
        request: Request<FinishItemRequest>,
    ) -> Result<Response<FinishItemResponse>, Status> {
        let request = grpc::signed(request, |asked| &mut asked.operator)?;
        done!(self, request, finish_item::finish_item, by)
    }

    #[tracing::instrument(skip_all)]
    async fn release_items(
        &self,
        request: Request<ReleaseItemsRequest>,
    ) -> Result<Response<ReleaseItemsResponse>, Status> {
        grpc::continue_trace(request.metadata());
        let request = grpc::signed(request, |asked| &mut asked.operator)?;
        release_items::release_items(self, request.into_inner()).await.map(Response::new)
    }
}

#[tonic::async_trait]
impl RecordingService for Desk {
    type PlayRecordingStream = BoxStream<'static, Result<PlayRecordingResponse, Status>>;

    #[tracing::instrument(skip_all)]
    async fn store_recording(
        &self,
        request: Request<Streaming<StoreRecordingRequest>>,
    ) -> Result<Response<StoreRecordingResponse>, Status> {
        done!(self, request, store_recording::store_recording)
    }

    #[tracing::instrument(skip_all)]
    async fn play_recording(
        &self,
        request: Request<PlayRecordingRequest>,
    ) -> Result<Response<Self::PlayRecordingStream>, Status> {
        done!(self, request, play_recording::play_recording, by)
    }

    #[tracing::instrument(skip_all)]
    async fn get_call_history(
        &self,
        request: Request<GetCallHistoryRequest>,
    ) -> Result<Response<GetCallHistoryResponse>, Status> {
        let request = grpc::narrowed(request, |asked| &mut asked.province)?;
        done!(self, request, get_call_history::get_call_history)
    }
}
