//! The webhook adapter as a process.

fn main() -> anyhow::Result<()> {
    chassis::main("webhook", webhook::run)
}
