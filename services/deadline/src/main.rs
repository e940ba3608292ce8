//! The deadline service as a process of its own.

fn main() -> anyhow::Result<()> {
    chassis::main("deadline", deadline::run)
}
