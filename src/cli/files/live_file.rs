//! Planning from a file in place of AWS: nothing here opens a session, so that no call can leave.

use std::path::Path;

use jiff::Timestamp;

use crate::cli::options::Common;
use crate::cli::session;
use crate::cli::terminal::Failure;
use crate::diagnostic::{Diagnostic, Sources};
use crate::input::{self, Bounds, Limit};
use crate::model::{AwsScope, Stack};
use crate::offline::{OfflineError, Source};
use crate::plan::{Note, NoteKind};
use crate::run::{self, PlanRequest, Planned, Project};

/// A snapshot that is older than this many seconds is worth a warning.
const OLD: i64 = 24 * 60 * 60;

/// The plan of manifests for what a file says of AWS. All guards hold.
pub(crate) async fn plan(
    file: &Path,
    project: &mut Project,
    request: &PlanRequest,
    common: &Common,
) -> Result<Planned, Failure> {
    possible(common)?;
    let source = read(file)?;
    let setting = setting(&source, common, &project.stack.stack);
    let setting = setting.map_err(|failure| failure.within(&project.sources))?;
    let resolved = project.desired(&setting)?;
    let live = source.live(&setting, &resolved.desired).await;
    let mut live = live.map_err(|error| unusable(file, &error))?;
    let seen = Seen::new(file, source.taken());
    live.blind.insert(0, seen.sentence());
    let mut planned = run::compose(project, resolved, live, request)?;
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

fn read(file: &Path) -> Result<Source, Failure> {
    let text = input::text(file, Limit::LIVE, Bounds::ItsFolder).map_err(|error| {
        let message = format!("cannot read {}: {error}", file.display());
        Failure::other(message, error.hint())
    })?;
    Source::read(&text).map_err(|error| unusable(file, &error))
}

fn unusable(file: &Path, error: &OfflineError) -> Failure {
    let message = format!("cannot plan from {}: {error}", file.display());
    Failure::other(message, Some(error.hint()))
}

/// Where the file is from, which has to be the account and the region that the stack and the command line name.
fn setting(source: &Source, common: &Common, stack: &Stack) -> Result<AwsScope, Failure> {
    session::check_region(common, Some(stack))?;
    let wanted = common.region.as_ref().or(stack.region.as_ref());
    let setting = source.setting(wanted.map(String::as_str)).ok_or_else(|| {
        Failure::other(
            "no region is set, and the file is of none",
            Some("pass `--region`, or set `spec.region` of the stack"),
        )
    })?;
    let AwsScope {
        partition: _,
        account,
        region,
    } = &setting;
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
    if let Some(wanted) = wanted.filter(|wanted| *wanted != region) {
        let message = format!("this run is for region {wanted}; the file is of {region}");
        let hint = "take the file with the same `--region`";
        return Err(refused("wrong-region", message, hint));
    }
    Ok(setting)
}

/// Which file it was, when it was made and how many seconds ago that is by now, where it says so.
struct Seen<'a> {
    file: &'a Path,
    taken: Option<(Timestamp, i64)>,
}

impl<'a> Seen<'a> {
    fn new(file: &'a Path, taken: Option<Timestamp>) -> Self {
        let taken = taken.map(|taken| {
            // Clocks differ: what was taken a moment ahead of ours is new.
            let age = Timestamp::now().duration_since(taken).as_secs().max(0);
            (taken, age)
        });
        Self { file, taken }
    }

    /// That it is only a file.
    fn sentence(&self) -> String {
        let file = self.file.display();
        match self.taken {
            Some((taken, age)) => format!(
                "AWS itself; all this is as the snapshot {file} has it, taken {taken}, {} ago",
                spoken(age)
            ),
            None => format!(
                "AWS itself; all this is as {file} has it, which does not say how old it is"
            ),
        }
    }

    fn warning(&self) -> Option<Note> {
        let (_, age) = self.taken.filter(|(_, age)| *age > OLD)?;
        Some(Note {
            kind: NoteKind::Warning,
            address: None,
            message: format!(
                "the snapshot {} is {} old; what has changed in AWS since is not in this plan",
                self.file.display(),
                spoken(age)
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
            taken: Some((Timestamp::UNIX_EPOCH, age)),
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
