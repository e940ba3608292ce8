//! The intake service as a process of its own.

fn main() -> anyhow::Result<()> {
    chassis::main("intake", intake::run)
}
