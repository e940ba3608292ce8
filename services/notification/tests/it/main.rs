//! The notification service against a real PostgreSQL and NATS, a real HTTP server and a real SMTP server.

mod delivery;
mod mail_sink;
mod meetings;
mod notices;
mod recipients;
mod world;
