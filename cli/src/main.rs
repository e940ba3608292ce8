//! The `samad` command.

use std::process::ExitCode;

use clap::Parser;
use cli::commands::{Arguments, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("samad: {}", cli::show::sentence(&error));
            ExitCode::FAILURE
        }
    }
}
