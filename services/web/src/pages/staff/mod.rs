//! Pages of the staff: Persian only, for whoever is signed in.

mod attendance;
mod deadlines;
mod decide;
mod desk;
mod draft;
mod evaluation;
mod follow_up;
mod frame;
mod groups;
mod guidance;
mod meetings;
mod orders;
mod points;
mod recordings;
mod reports;
mod sheets;
mod sign_in;
mod trips;
mod upload;
mod work;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::api::TABLE_BYTES;
use crate::state::App;

/// The staff's pages.
pub(super) fn routes() -> Router<App> {
    let tables = Router::new()
        .route("/staff/sheets", post(sheets::take))
        .route("/staff/trips/{campaign}/letters", post(trips::take_letters))
        .layer(DefaultBodyLimit::max(TABLE_BYTES));
    Router::new()
        .merge(tables)
        .route("/staff", get(desk::show))
        .route("/staff/decide", post(decide::take))
        .route("/staff/work", get(work::show))
        .route("/staff/work/take", post(work::take))
        .route("/staff/work/register", post(follow_up::register))
        .route("/staff/work/look", post(follow_up::look))
        .route("/staff/work/asked", post(follow_up::asked))
        .route("/staff/work/sound/{recording}", get(work::play))
        .route("/staff/work/close", post(work::close))
        .route("/staff/work/called", post(work::called))
        .route("/staff/work/release", post(work::release))
        .route("/staff/deadlines", get(deadlines::show))
        .route("/staff/deadlines/close", post(deadlines::close))
        .route("/staff/guidance", get(guidance::show))
        .route("/staff/groups", get(groups::show).post(groups::put))
        .route("/staff/recordings", get(recordings::show).post(recordings::find))
        .route("/staff/recordings/{recording}/sound", get(recordings::play))
        .route("/staff/attendance", get(attendance::show))
        .route("/staff/attendance/came", post(attendance::came))
        .route("/staff/attendance/excused", post(attendance::excused))
        .route("/staff/meetings", get(meetings::show))
        .route("/staff/meetings/{meeting}", get(meetings::one))
        .route("/staff/meetings/{meeting}/invite", post(meetings::invite))
        .route("/staff/meetings/{meeting}/record", post(orders::record))
        .route("/staff/meetings/{meeting}/settle", post(orders::settle))
        .route("/staff/trips", get(trips::show))
        .route("/staff/trips/{campaign}", get(trips::one))
        .route("/staff/evaluation", get(evaluation::show))
        .route("/staff/evaluation/points", get(points::show))
        .route("/staff/evaluation/points/rebut", post(points::rebut))
        .route("/staff/evaluation/points/rule", post(points::rule))
        .route("/staff/reports", get(reports::show))
        .route("/staff/reports/{period}", get(reports::one))
        .route("/staff/sheets", get(sheets::show))
        .route("/staff/sheets/file", get(sheets::file))
        .route("/staff/sign-in", get(sign_in::ask).post(sign_in::answer))
        .route("/staff/sign-out", post(sign_in::leave))
}
