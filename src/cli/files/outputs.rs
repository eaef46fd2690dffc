//! Where a plan goes beside the screen: files for reviewers and for code scanning, a job's summary, annotations. All from the
//! one plan that was made.

use std::io::Write;
use std::path::Path;

use crate::cli::options::{Annotations, Outputs};
use crate::cli::settings;
use crate::cli::terminal::{Failure, Ui};
use crate::diagnostic::{Diagnostic, Problems};
use crate::render::{self, Review};

/// Writes everything that is asked for. A job's summary is written wherever GitHub's runner offers one.
pub(crate) fn write(outputs: &Outputs, review: &Review<'_>) -> Result<(), Failure> {
    let Outputs {
        markdown,
        markdown_limit,
        html,
        sarif,
        annotations: _,
        annotations_file: _,
    } = outputs;
    summary(
        markdown.as_deref(),
        &render::markdown(review, *markdown_limit),
    )?;
    if let Some(path) = html {
        file(path, &render::html(review))?;
    }
    if let Some(path) = sarif {
        let sarif = render::sarif(
            review.findings,
            &warnings(review),
            env!("CARGO_PKG_VERSION"),
        );
        file(path, &format!("{sarif:#}\n"))?;
    }
    annotate(outputs, || render::annotations(review))
}

/// Writes why there is no plan, where a plan is read by people: there is nothing to scan or to open then.
pub(crate) fn write_failure(outputs: &Outputs, problems: &Problems) -> Result<(), Failure> {
    summary(
        outputs.markdown.as_deref(),
        &render::failure_markdown(problems, outputs.markdown_limit),
    )?;
    annotate(outputs, || render::problem_annotations(problems))
}

fn summary(path: Option<&Path>, text: &str) -> Result<(), Failure> {
    if let Some(path) = path {
        file(path, text)?;
    }
    match settings::step_summary() {
        Some(path) => append(&path, text),
        None => Ok(()),
    }
}

fn annotate(outputs: &Outputs, text: impl FnOnce() -> String) -> Result<(), Failure> {
    let Some(Annotations::Github) = outputs.annotations else {
        return Ok(());
    };
    match &outputs.annotations_file {
        Some(path) => file(path, &format!("{}\n", text())),
        None => {
            Ui::complain(&text());
            Ok(())
        }
    }
}

/// Warnings, and refusals that are not findings reported already.
fn warnings(review: &Review<'_>) -> Problems {
    let is_finding =
        |one: &&Diagnostic| review.findings.iter().any(|finding| finding.id == one.code);
    let mut warnings = review.warnings.clone();
    warnings.extend(
        review
            .refusals
            .iter()
            .filter(|one| !is_finding(one))
            .cloned()
            .collect(),
    );
    warnings
}

/// Writes a file, in the place of an older one.
pub(crate) fn file(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| unwritten(path, &error))
}

/// Adds to a file that other steps write to as well.
pub(crate) fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    let opened = options.append(true).create(true).open(path);
    opened
        .and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()))
        .map_err(|error| unwritten(path, &error))
}

/// That a file could not be written.
pub(crate) fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("cannot write {}: {error}", path.display());
    Failure::other(
        message,
        Some("choose a file in a folder that can be written"),
    )
}
