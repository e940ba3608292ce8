//! The notification service as a process of its own.

fn main() -> anyhow::Result<()> {
    chassis::main("notification", notification::run)
}
