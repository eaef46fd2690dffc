//! Saved plans on disk: written for their owner only, read with what keeps them from being used. The form is `saved`'s.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::failure::Failure;
use super::receipt::Receipt;
use super::{outputs, private_file};
use crate::diagnostic::{Diagnostic, Sources};
use crate::render::Stamp;
use crate::saved::{self, NotAPlan, SavedPlan};

/// No plan is longer; what is need not be read to know that it is none.
const LONGEST: u64 = 1 << 30;

/// Nothing but an older plan is overwritten. Asked before anything else is.
pub(super) fn may_be_written(path: &Path) -> Result<(), Failure> {
    if path.exists() && !is_plan(path) {
        let message = format!("{} exists and is no saved plan", path.display());
        return Err(Failure::other(message, Some("choose another file")));
    }
    Ok(())
}

/// Writes a plan.
pub(super) fn write(path: &Path, plan: &SavedPlan) -> Result<(), Failure> {
    may_be_written(path)?;
    private_file::replace(path, &plan.text()).map_err(|error| outputs::unwritten(path, &error))?;
    // What became of the older one says nothing about this one.
    let _ = fs::remove_file(Receipt::beside(path));
    Ok(())
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
