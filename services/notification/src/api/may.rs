//! Who may ask what of notices.

use chassis::Role::{self, Monitor, Ops};
use chassis::grpc::May;

/// Who sees to it that reports reach management (rule 10): its addresses are of every province.
const RECIPIENTS: &[Role] = &[Monitor, Ops];

/// Notification's table. A notice is known by its case only, whose province this service does not know.
pub(crate) const MAY: &[May] = &[
    May::call_unbounded("samad.notification.v1.NotificationService/ListNotices", &Role::STAFF),
    May::call_unbounded("samad.notification.v1.NotificationService/ImportRecipients", &[Ops]),
    May::call_unbounded("samad.notification.v1.NotificationService/ListRecipients", RECIPIENTS),
];
