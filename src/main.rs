//! The binary: calls the command line and hands its exit code to the operating system.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolewright::cli::run(std::env::args_os()).into()
}
