//! The web service as a process of its own.

fn main() -> anyhow::Result<()> {
    chassis::main("web", web::run)
}
