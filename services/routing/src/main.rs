//! The routing service as a process of its own.

fn main() -> anyhow::Result<()> {
    chassis::main("routing", routing::run)
}
