//! A revocation before it is made, and the list of those in force: as text. Their JSON is their own.

use jiff::Timestamp;

use super::{Label, Style};
use crate::model::{AwsScope, Caller, Instance};
use crate::revocation::{Change, InForce, Subject, idle_from};
use crate::text::{and_list, count};

/// How many instances are named before the rest is counted.
const NAMED: usize = 10;

/// What would change, and who is hit.
pub fn revocation(
    change: &Change,
    setting: &AwsScope,
    caller: &Caller,
    now: Timestamp,
    style: Style,
) -> String {
    let Change {
        subject,
        arn: _,
        before,
        after,
        instances,
        unseen_instances,
        is_own,
        policy: _,
        steps: _,
    } = change;
    let AwsScope {
        partition: _,
        account,
        region,
    } = setting;
    let Caller { arn, account: _ } = caller;
    let mut text = format!(
        "{} in account {account}, region {region}\nCaller {arn}\n\n",
        style.paint(Label::Strong, &format!("Sessions of {subject}"))
    );
    if change.is_empty() {
        text.push_str(&style.paint(Label::Strong, &nothing(*before)));
        text.push('\n');
        return text;
    }
    let (symbol, label, what) = match after {
        Some(moment) => ("~", Label::Changed, revoked(*before, *moment)),
        None => ("-", Label::Removed, restored(*before)),
    };
    text.push_str(&format!("{} {what}\n", style.paint(label, symbol)));
    let mut careful = match after {
        Some(_) => losses(subject, instances),
        None => before
            .map(|before| regained(subject, before, now))
            .into_iter()
            .collect(),
    };
    let unseen = unseen_instances.as_ref();
    careful
        .extend(unseen.map(|why| format!("it is not known which instances are concerned: {why}")));
    let own = is_own.then(|| own(*after));
    for line in careful.into_iter().chain(own) {
        text.push_str(&format!(
            "    {} {line}\n",
            style.paint(Label::Changed, "!")
        ));
    }
    text
}

fn nothing(before: Option<Timestamp>) -> String {
    match before {
        Some(moment) => format!(
            "No changes. Sessions issued before {moment} are revoked already; an earlier time would let some back in."
        ),
        None => "No changes. No sessions are revoked.".to_owned(),
    }
}

fn revoked(before: Option<Timestamp>, moment: Timestamp) -> String {
    let until_now = before.map_or(String::new(), |before| format!(" (until now {before})"));
    format!("deny everything to sessions issued before {moment}{until_now}")
}

fn restored(before: Option<Timestamp>) -> String {
    let moment = before.map_or(String::new(), |before| format!(" before {before}"));
    format!("take away the denial for sessions issued{moment}")
}

/// Who loses access, and what goes on working.
fn losses(subject: &Subject, instances: &[Instance]) -> Vec<String> {
    let mut lines = Vec::new();
    if !instances.is_empty() {
        let (verb, whose) = match instances.len() {
            1 => ("loses", "its"),
            _ => ("lose", "their"),
        };
        lines.push(format!(
            "{} {verb} access until {whose} credentials rotate: {}",
            count(instances.len(), "instance"),
            named(instances)
        ));
        lines.push(ROTATE.to_owned());
    }
    let still = match subject {
        Subject::Role(_) => {
            "whoever may assume the role can have a new session at once: mend its trust policy first if that is the leak"
        }
        Subject::User(_) => {
            "the user's access keys go on working, and can get new sessions: deactivate a key that has leaked"
        }
    };
    lines.extend([still.to_owned(), CACHE.to_owned()]);
    lines
}

/// EC2 user guide, "IAM roles for Amazon EC2": an instance fetches new credentials shortly before the old ones expire.
const ROTATE: &str = "to rotate them now, stop and start the instance, or disassociate its profile and associate it again";
/// IAM user guide, "Disabling permissions for temporary security credentials".
const CACHE: &str =
    "programs may keep the old credentials: the AWS CLI does so in ~/.aws/cli/cache";

fn regained(subject: &Subject, issued_before: Timestamp, now: Timestamp) -> String {
    let idle = idle_from(subject, issued_before);
    if idle <= now {
        format!("nobody gets access back: no session issued before {issued_before} can be left")
    } else {
        format!(
            "sessions issued before {issued_before} get their access back, until {idle} at the latest"
        )
    }
}

fn own(after: Option<Timestamp>) -> String {
    match after {
        Some(_) => "this run uses a session of the role itself, and loses its access",
        None => "this run uses a session of the role itself",
    }
    .to_owned()
}

fn named(instances: &[Instance]) -> String {
    let one = |instance: &Instance| {
        let Instance {
            id,
            state,
            region: _,
        } = instance;
        state
            .as_ref()
            .map_or_else(|| id.clone(), |state| format!("{id} ({state})"))
    };
    let mut names: Vec<String> = instances.iter().take(NAMED).map(one).collect();
    if instances.len() > NAMED {
        names.push(format!("{} more", instances.len() - NAMED));
    }
    and_list(&names)
}

/// The revocations in force, one line each.
pub fn revocations(all: &[InForce], now: Timestamp) -> String {
    if all.is_empty() {
        return "No sessions are revoked in this account.\n".to_owned();
    }
    let width = all
        .iter()
        .map(|one| one.subject.to_string().chars().count())
        .max()
        .unwrap_or_default();
    let lines = all.iter().map(|one| {
        let InForce {
            subject,
            issued_before,
        } = one;
        let what = match issued_before {
            Some(moment) => {
                let idle = idle_from(subject, *moment);
                let until = if idle <= now {
                    "no such session can be left: it can be removed".to_owned()
                } else {
                    format!("can be removed from {idle} on")
                };
                format!("issued before {moment}; {until}")
            }
            None => "a policy of that name that is no revocation".to_owned(),
        };
        format!("{:width$}  {what}\n", subject.to_string())
    });
    lines.collect()
}
