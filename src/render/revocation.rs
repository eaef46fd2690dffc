//! A revocation before it is made, and the list of those in force: as text. Their JSON is their own.

use jiff::Timestamp;

use super::Style;
use super::scene::Sign;
use super::text::TextOptions;
use super::text::page::{Ink, Page};
use super::words::instance;
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
    let Caller {
        arn,
        account: _,
        through: _,
    } = caller;
    let mut page = Page::new(style, TextOptions::default().width);
    page.place(&format!("Sessions of {subject}"), [account, region, arn]);
    page.blank();
    if change.is_empty() {
        page.line(0, Ink::STRONG, &nothing(*before));
        return page.finished();
    }
    let (sign, what) = match after {
        Some(moment) => (Sign::Changed, revoked(*before, *moment)),
        None => (Sign::Removed, restored(*before)),
    };
    page.pieces(1, Ink::of(sign), &[(None, &what)]);
    let mut careful = match (after, before) {
        (Some(_), _) => losses(subject, instances),
        (None, Some(before)) => vec![regained(subject, *before, now)],
        (None, None) => Vec::new(),
    };
    let unseen = unseen_instances.iter();
    careful
        .extend(unseen.map(|why| format!("it is not known which instances are concerned: {why}")));
    let loses = after.map_or("", |_| ", and loses its access");
    careful.extend(is_own.then(|| format!("this run uses a session of the role itself{loses}")));
    for line in &careful {
        page.pieces(3, Ink::CAREFUL, &[(None, line)]);
    }
    page.finished()
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

fn named(instances: &[Instance]) -> String {
    let mut names: Vec<String> = instances.iter().take(NAMED).map(instance).collect();
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
    let names = all
        .iter()
        .map(|one| one.subject.to_string().chars().count());
    let width = names.max().unwrap_or_default();
    let lines = all.iter().map(|one| {
        let InForce {
            subject,
            issued_before,
        } = one;
        let what = match issued_before.map(|moment| (moment, idle_from(subject, moment))) {
            Some((moment, idle)) if idle <= now => {
                format!("issued before {moment}; no such session can be left: it can be removed")
            }
            Some((moment, idle)) => {
                format!("issued before {moment}; can be removed from {idle} on")
            }
            None => "a policy of that name that is no revocation".to_owned(),
        };
        format!("{:width$}  {what}\n", subject.to_string())
    });
    lines.collect()
}
