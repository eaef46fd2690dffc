//! Kinds of faults by name, and the script that says when they happen. `pipeline` applies them to calls.

use std::str::FromStr;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize};

use super::text;

/// Something that goes wrong with one call. The weather draws them by probability; a script names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// Refused for its rate, whatever the buckets hold.
    Throttle,
    /// Fails with HTTP 500 before it has any effect.
    ServerError,
    /// Fails with HTTP 503 before it has any effect.
    Unavailable,
    /// The connection is closed before the call has any effect.
    DropBefore,
    /// The call takes effect, and the connection is closed instead of an answer.
    DropAfter,
    /// An IAM write fails with `ConcurrentModification`, a change of EC2 tags with `ConcurrentTagAccess`.
    ConcurrentModification,
    /// `DeleteRole` or `DeleteInstanceProfile` finds what has just been removed still there.
    DeleteConflict,
    /// Served by a replica that lags behind.
    Stale,
    /// `GetRole` or `GetInstanceProfile` shows a unique id in place of the ARN.
    UnresolvedArn,
    /// A page of an IAM list ends early although more follows.
    ShortPage,
    /// `RunInstances` or `StartInstances` finds no room in the zone.
    InsufficientCapacity,
    /// The caller's policies do not allow it.
    Deny,
}

impl FaultKind {
    const NAMES: [(&str, FaultKind); 12] = [
        ("throttle", FaultKind::Throttle),
        ("serverError", FaultKind::ServerError),
        ("unavailable", FaultKind::Unavailable),
        ("dropBefore", FaultKind::DropBefore),
        ("dropAfter", FaultKind::DropAfter),
        ("concurrentModification", FaultKind::ConcurrentModification),
        ("deleteConflict", FaultKind::DeleteConflict),
        ("stale", FaultKind::Stale),
        ("unresolvedArn", FaultKind::UnresolvedArn),
        ("shortPage", FaultKind::ShortPage),
        ("insufficientCapacity", FaultKind::InsufficientCapacity),
        ("deny", FaultKind::Deny),
    ];
}

/// One line of the script: `{on: iam:CreateRole, nth: 2, times: 1, do: throttle}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Event {
    /// The action, as `iam:CreateRole`, or `iam:*` for a whole service.
    pub on: String,
    /// The first of its calls that is met, counted from 1 since the weather set in.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub nth: u32,
    /// How many of its calls are met, one after another.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub times: u32,
    /// What happens to them.
    #[serde(rename = "do")]
    pub action: ScriptedAction,
}

impl Event {
    /// Whether it meets the call of this number, counted from 1.
    pub(crate) fn meets(&self, number: u32) -> bool {
        number >= self.nth && number - self.nth < self.times
    }
}

/// What an event does to a call: a fault by its kind's name, or `delay 5s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub enum ScriptedAction {
    /// Goes wrong.
    Fault(FaultKind),
    /// Is answered this much later.
    Delay(SignedDuration),
}

impl From<ScriptedAction> for String {
    fn from(action: ScriptedAction) -> String {
        match action {
            ScriptedAction::Delay(length) => format!("delay {length:#}"),
            ScriptedAction::Fault(kind) => {
                let known = FaultKind::NAMES.iter().find(|(_, known)| *known == kind);
                known.map_or_else(String::new, |(name, _)| (*name).to_owned())
            }
        }
    }
}

impl<'de> Deserialize<'de> for ScriptedAction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ScriptedAction, D::Error> {
        text::parsed(deserializer)
    }
}

impl FromStr for ScriptedAction {
    type Err = String;

    fn from_str(text: &str) -> Result<ScriptedAction, String> {
        if let Some(length) = text.strip_prefix("delay ") {
            let length: Result<SignedDuration, _> = length.trim().parse();
            return length
                .map(ScriptedAction::Delay)
                .map_err(|_| format!("`{text}` names no length of time such as `5s`"));
        }
        let known = FaultKind::NAMES.iter().find(|(name, _)| *name == text);
        known
            .map(|(_, kind)| ScriptedAction::Fault(*kind))
            .ok_or_else(|| {
                let names = FaultKind::NAMES.map(|(name, _)| format!("`{name}`"));
                format!(
                    "`{text}` is nothing that happens to a call, expected one of {}, or `delay 5s`",
                    names.join(", ")
                )
            })
    }
}

fn one() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_one(number: &u32) -> bool {
    *number == 1
}
