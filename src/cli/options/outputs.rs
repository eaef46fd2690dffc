//! Options of commands that show a plan: where it goes beside the screen.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::render;

/// Options of commands that show a plan.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Outputs {
    /// Write the plan as Markdown, for a comment on a pull request
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// How many bytes the Markdown may have
    #[arg(long, value_name = "BYTES", default_value_t = render::MARKDOWN_LIMIT, value_parser = limit)]
    pub markdown_limit: usize,
    /// Write the plan as one HTML page, to be opened or sent
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write what is found in the policies as SARIF 2.1.0, for code scanning
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Point out mistakes, findings and changes in the files of a pull request, on stderr
    #[arg(long, value_enum, value_name = "WHERE")]
    pub annotations: Option<Annotations>,
    /// Write the annotations to this file, and not to stderr
    #[arg(long, value_name = "FILE", requires = "annotations")]
    pub annotations_file: Option<PathBuf>,
}

/// Who understands annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Annotations {
    /// GitHub's workflow commands
    Github,
}

/// The least that holds a headline.
const LEAST: usize = 1_000;

fn limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bytes) if bytes >= LEAST => Ok(bytes),
        _ => Err(format!("give a number of bytes, {LEAST} or more")),
    }
}
