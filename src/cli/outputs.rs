//! Where a plan goes beside the screen: files for reviewers and for code scanning, a job's summary, annotations. All from the
//! one plan that was made.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::settings;
use super::ui::Ui;
use crate::diagnostic::{Diagnostic, Problems};
use crate::render::{self, Review};

/// Options of commands that show a plan.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Outputs {
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
    /// Point out findings and changes in the files of a pull request, on stderr
    #[arg(long, value_enum, value_name = "WHERE")]
    pub annotations: Option<Annotations>,
}

/// Who understands annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Annotations {
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

impl Outputs {
    /// Writes everything that is asked for. A job's summary is written wherever GitHub's runner offers one.
    pub(super) fn write(&self, review: &Review<'_>) -> Result<(), Failure> {
        let Self {
            markdown,
            markdown_limit,
            html,
            sarif,
            annotations,
        } = self;
        if let Some(path) = markdown {
            file(path, &render::markdown(review, *markdown_limit))?;
        }
        if let Some(path) = settings::step_summary() {
            append(&path, &render::markdown(review, *markdown_limit))?;
        }
        if let Some(path) = html {
            file(path, &render::html(review))?;
        }
        if let Some(path) = sarif {
            let sarif = render::sarif(review.findings, &told(review), env!("CARGO_PKG_VERSION"));
            file(path, &format!("{sarif:#}\n"))?;
        }
        if let Some(Annotations::Github) = annotations {
            Ui::complain(&render::annotations(review));
        }
        Ok(())
    }
}

/// Warnings, and refusals that are not findings told already.
fn told(review: &Review<'_>) -> Problems {
    let is_finding =
        |one: &&Diagnostic| review.findings.iter().any(|finding| finding.id == one.code);
    let mut told = review.warnings.clone();
    told.extend(
        review
            .refusals
            .iter()
            .filter(|one| !is_finding(one))
            .cloned()
            .collect(),
    );
    told
}

/// Writes a file, in the place of an older one.
pub(super) fn file(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| unwritten(path, &error))
}

/// Adds to a file that other steps write to as well.
pub(super) fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    let opened = options.append(true).create(true).open(path);
    opened
        .and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()))
        .map_err(|error| unwritten(path, &error))
}

/// That a file could not be written.
pub(super) fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("cannot write {}: {error}", path.display());
    Failure::other(
        message,
        Some("choose a file in a folder that can be written"),
    )
}
