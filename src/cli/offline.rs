//! Planning from a file in place of AWS: nothing here opens a session, so that no call can leave.

use std::path::Path;

use jiff::Timestamp;

use super::failure::Failure;
use super::options::{Common, Planning};
use super::plan::{self, Planned};
use super::project::Project;
use super::session;
use crate::diagnostic::{Diagnostic, Sources};
use crate::model::{Live, Setting, Stack};
use crate::offline::{OfflineError, Snapshot};
use crate::plan::{Note, NoteKind};
use crate::resolve::Resolved;

/// A snapshot that is older than this many seconds is worth a warning.
const OLD: i64 = 24 * 60 * 60;

/// The plan of manifests for what a file says of AWS. All guards hold.
pub(super) fn plan(
    file: &Path,
    mut project: Project,
    planning: &Planning,
    destroy: bool,
    common: &Common,
) -> Result<Planned, Failure> {
    possible(common)?;
    planning.findings.known()?;
    let snapshot = read(file)?;
    let stack = &project.stack.stack;
    guard(common, stack, &snapshot.live).map_err(|failure| failure.within(&project.sources))?;
    let resolved = project.desired(&snapshot.live.setting)?;
    let seen = Seen::new(file, snapshot.taken);
    let live = seen.live(&snapshot, &resolved)?;
    let mut planned = plan::of(project, resolved, live, planning, destroy)?;
    planned.plan.notes.extend(seen.warning());
    Ok(planned)
}

/// What says where AWS is has no use here.
fn possible(common: &Common) -> Result<(), Failure> {
    let given = [
        ("--sandbox", common.sandbox.is_some()),
        ("--endpoint-url", common.endpoint_url.is_some()),
        ("--profile", common.profile.is_some()),
        ("--assume-role-arn", !common.assume.roles.is_empty()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Failure::Usage(format!(
            "with --live nothing is asked of AWS: leave out {option}"
        ))),
        None => Ok(()),
    }
}

fn read(file: &Path) -> Result<Snapshot, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::other(format!("cannot read {}: {error}", file.display()), None)
    })?;
    Snapshot::read(&text).map_err(|error| unusable(file, &error))
}

fn unusable(file: &Path, error: &OfflineError) -> Failure {
    let message = format!("cannot plan from {}: {error}", file.display());
    Failure::other(message, Some(error.hint()))
}

/// The file has to be of the account and the region that the stack and the command line name.
fn guard(common: &Common, stack: &Stack, live: &Live) -> Result<(), Failure> {
    session::check_region(common, Some(stack))?;
    let Setting {
        partition: _,
        account,
        region,
    } = &live.setting;
    let refused = |code: &str, message: String, hint: &str| {
        let refusal = Diagnostic::error(code, message).at(stack.place.clone());
        Failure::Refused(vec![refusal.hint(hint)], Sources::none())
    };
    if let Some(wanted) = stack
        .account_id
        .as_ref()
        .filter(|wanted| *wanted != account)
    {
        let name = &stack.name;
        let message =
            format!("stack {name} belongs to account {wanted}; the file is of account {account}");
        let hint = "take the file with other credentials, or change `spec.accountId` of the stack";
        return Err(refused("wrong-account", message, hint));
    }
    let wanted = common.region.as_ref().or(stack.region.as_ref());
    if let Some(wanted) = wanted.filter(|wanted| *wanted != region) {
        let message = format!("this run is for region {wanted}; the file is of {region}");
        let hint = "take the file with the same `--region`";
        return Err(refused("wrong-region", message, hint));
    }
    Ok(())
}

/// Which file it was, and how old it is by now.
struct Seen<'a> {
    file: &'a Path,
    taken: Timestamp,
    age: i64,
}

impl<'a> Seen<'a> {
    fn new(file: &'a Path, taken: Timestamp) -> Self {
        // Clocks differ: what was taken a moment ahead of ours is new.
        let age = Timestamp::now().duration_since(taken).as_secs().max(0);
        Self { file, taken, age }
    }

    /// What the file says, and that it is only a file.
    fn live(&self, snapshot: &Snapshot, resolved: &Resolved) -> Result<Live, Failure> {
        let mut live = snapshot
            .live(&resolved.desired)
            .map_err(|error| unusable(self.file, &error))?;
        let Self { file, taken, age } = self;
        let sentence = format!(
            "AWS itself; all this is as the snapshot {} has it, taken {taken}, {} ago",
            file.display(),
            spoken(*age)
        );
        live.blind.insert(0, sentence);
        Ok(live)
    }

    fn warning(&self) -> Option<Note> {
        let Self {
            file,
            taken: _,
            age,
        } = self;
        (*age > OLD).then(|| Note {
            kind: NoteKind::Warning,
            address: None,
            message: format!(
                "the snapshot {} is {} old; what has changed in AWS since is not in this plan",
                file.display(),
                spoken(*age)
            ),
            content: std::collections::BTreeMap::new(),
        })
    }
}

/// `40 s`, `3 min`, `7 h`, `2 days`: an age, in the unit that matters.
fn spoken(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_the_unit_that_matters() {
        assert_eq!(spoken(40), "40 s");
        assert_eq!(spoken(200), "3 min");
        assert_eq!(spoken(100_000), "27 h");
        assert_eq!(spoken(200_000), "2 days");
    }

    #[test]
    fn a_snapshot_of_yesterday_is_worth_a_warning() {
        let file = Path::new("live.json");
        let seen = |age| Seen {
            file,
            taken: Timestamp::UNIX_EPOCH,
            age,
        };
        assert!(seen(OLD).warning().is_none());
        let message = seen(3 * OLD).warning().map(|note| note.message);
        assert_eq!(
            message.as_deref(),
            Some(
                "the snapshot live.json is 3 days old; what has changed in AWS since is not in this plan"
            )
        );
    }
}
