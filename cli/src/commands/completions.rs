//! `samad completions bash|zsh|fish|…`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Args)]
pub struct Completions {
    /// The shell to complete for.
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> u8 {
        clap_complete::generate(
            self.shell,
            &mut super::Arguments::command(),
            "samad",
            &mut std::io::stdout(),
        );
        0
    }
}
