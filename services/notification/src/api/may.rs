//! Who may ask what of notices.

use chassis::Role;
use chassis::grpc::May;

/// Notification's table. A notice is known by its case only, whose province this service does not know.
pub(crate) const MAY: &[May] =
    &[May::call_unbounded("samad.notification.v1.NotificationService/ListNotices", &Role::STAFF)];
