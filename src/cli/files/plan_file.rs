//! Saved plans on disk: written for their owner only, read with what keeps them from being used. The form is `saved`'s.

use std::path::{Path, PathBuf};

use super::{outputs, private};
use crate::cli::options::{Manifests, Planning};
use crate::cli::terminal::Failure;

use crate::diagnostic::{Diagnostic, Sources};
use crate::input::{self, Bounds, Limit};
use crate::saved::{self, NotAPlan, SavedPlan};

/// Nothing but an older plan is overwritten. Asked before anything else is.
pub(crate) fn may_be_written(path: &Path) -> Result<(), Failure> {
    if path.exists() && !is_plan(path) {
        let message = format!("{} exists and is no saved plan", path.display());
        return Err(Failure::other(message, Some("choose another file")));
    }
    Ok(())
}

/// Writes a plan.
pub(crate) fn write(path: &Path, plan: &SavedPlan) -> Result<(), Failure> {
    may_be_written(path)?;
    private::replace(path, &plan.text()).map_err(|error| outputs::unwritten(path, &error))
}

/// What is said of a plan that was written.
pub(crate) fn written(path: &Path, plan: &SavedPlan) -> String {
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

/// The saved plan that stands in the place of manifests, if one does: it needs none, and nothing that is said about them.
pub(crate) fn of(manifests: &Manifests) -> Result<Option<&Path>, Failure> {
    let Manifests {
        paths,
        stack,
        variables,
        variable_files,
        allow_files_outside,
    } = manifests;
    if !is_one(paths) {
        return Ok(None);
    }
    let is_alone = stack.is_none() && variables.is_empty() && variable_files.is_empty();
    if is_alone && !allow_files_outside {
        return Ok(paths.first().map(PathBuf::as_path));
    }
    let message = "a saved plan has its stack and variables: pass them to `plan --out`";
    Err(Failure::Usage(message.to_owned()))
}

/// Fails when something is asked of a saved plan that it has settled.
pub(crate) fn settled(planning: &Planning) -> Result<(), Failure> {
    let open = Planning {
        allow_lock_out: planning.allow_lock_out,
        ..Planning::default()
    };
    if *planning == open {
        return Ok(());
    }
    let message =
        "a saved plan has settled what is planned and allowed: pass such options to `plan --out`";
    Err(Failure::Usage(message.to_owned()))
}

/// Whether these paths are one saved plan, and no manifests.
pub(crate) fn is_one(paths: &[PathBuf]) -> bool {
    let [path] = paths else { return false };
    is_plan(path)
}

fn is_plan(path: &Path) -> bool {
    input::beginning(path).is_some_and(|text| saved::is_saved_plan(&text))
}

/// Reads a plan.
pub(crate) fn read(path: &Path) -> Result<SavedPlan, Failure> {
    let text = input::text(path, Limit::PLAN, Bounds::ItsFolder).map_err(|error| {
        let hint = error.hint();
        Failure::other(
            format!("cannot read {}: {error}", path.display()),
            hint.or(Some("`rolewright plan --out FILE` writes a plan")),
        )
    })?;
    SavedPlan::read(&text, env!("CARGO_PKG_VERSION")).map_err(|error| failure(path, &error))
}

/// A file that somebody has changed is refused; one that cannot be a plan is a mistake.
fn failure(path: &Path, error: &NotAPlan) -> Failure {
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
