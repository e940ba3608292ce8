//! The Open311 adapter as a process.

fn main() -> anyhow::Result<()> {
    chassis::main("open311", open311::run)
}
