//! Saved plans on disk: written for their owner only, read with what keeps them from being used. The form is `saved`'s.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use super::failure::Failure;
use super::receipt::Receipt;
use crate::diagnostic::{Diagnostic, Sources};
use crate::render::Stamp;
use crate::saved::{self, NotAPlan, SavedPlan};

/// No plan is longer; what is need not be read to know that it is none.
const LONGEST: u64 = 1 << 30;

/// Writes a plan, in the place of an older one and of nothing else.
pub(super) fn write(path: &Path, plan: &SavedPlan) -> Result<(), Failure> {
    if path.exists() && !is_plan(path) {
        let message = format!("{} exists and is no saved plan", path.display());
        return Err(Failure::other(message, Some("choose another file")));
    }
    private(path, &plan.text())?;
    // What became of the older one says nothing about this one.
    let _ = fs::remove_file(Receipt::beside(path));
    Ok(())
}

/// Writes a file that only its owner may read: a plan holds all that it changes, user data included. Whoever reads it
/// meanwhile sees the old one or the new one, never a part.
pub(super) fn private(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let passing = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = fill(&passing, text).and_then(|()| fs::rename(&passing, path));
    written.map_err(|error| {
        // It may never have been made.
        let _ = fs::remove_file(&passing);
        unwritten(path, &error)
    })
}

/// The same for a file that must not be there yet: of two who write it at once, one fails.
pub(super) fn private_and_new(path: &Path, text: &str) -> Result<(), Failure> {
    fill(path, text).map_err(|error| unwritten(path, &error))
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::other(
        format!("cannot write {}: {error}", path.display()),
        Some("choose a file in a folder that can be written"),
    )
}

fn fill(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// What is said of a plan that was written.
pub(super) fn written(path: &Path, plan: &SavedPlan) -> String {
    let SavedPlan {
        id,
        expires,
        refusals,
        ..
    } = plan;
    let id = saved::short(id);
    let path = path.display();
    let next = if refusals.is_empty() {
        format!("; `rolewright apply {path}` runs it")
    } else {
        "; it may not be applied".to_owned()
    };
    format!("wrote {path}: plan {id}, good until {expires}{next}")
}

/// What is known of a saved plan.
pub(super) fn stamp(plan: &SavedPlan) -> Stamp<'_> {
    Stamp {
        id: saved::short(&plan.id),
        created: plan.created,
        expires: plan.expires,
        tool_version: &plan.tool_version,
    }
}

/// Whether these paths are one saved plan, and no manifests.
pub(super) fn is_one(paths: &[std::path::PathBuf]) -> bool {
    let [path] = paths else { return false };
    is_plan(path)
}

fn is_plan(path: &Path) -> bool {
    path.is_file() && beginning(path).is_some_and(|text| saved::is_saved_plan(&text))
}

fn beginning(path: &Path) -> Option<String> {
    let mut start = Vec::new();
    let file = fs::File::open(path).ok()?;
    file.take(1024).read_to_end(&mut start).ok()?;
    Some(String::from_utf8_lossy(&start).into_owned())
}

/// Reads a plan.
pub(super) fn read(path: &Path) -> Result<SavedPlan, Failure> {
    let unreadable = |why: String| {
        Failure::other(
            format!("cannot read {}: {why}", path.display()),
            Some("`rolewright plan --out FILE` writes a plan"),
        )
    };
    let length = fs::metadata(path)
        .map_err(|error| unreadable(error.to_string()))?
        .len();
    if length > LONGEST {
        return Err(unreadable("it is too long for a plan".to_owned()));
    }
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    SavedPlan::read(&text, env!("CARGO_PKG_VERSION")).map_err(|error| told(path, &error))
}

/// A file that somebody has changed is refused; one that cannot be a plan is a mistake.
fn told(path: &Path, error: &NotAPlan) -> Failure {
    let message = format!("{}: {error}", path.display());
    match error {
        NotAPlan::Tampered => {
            let refusal = Diagnostic::error("changed-plan", message).hint(error.hint());
            Failure::Refused(vec![refusal], Sources::none())
        }
        NotAPlan::Foreign
        | NotAPlan::Torn(_)
        | NotAPlan::Format { .. }
        | NotAPlan::Newer { .. } => Failure::other(message, Some(error.hint())),
    }
}
