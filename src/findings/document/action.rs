//! Actions that no service has. How an action is written is grammar, and not asked here.

use super::statement::StatementRef;
use crate::catalogue::{covered, has_service, services};
use crate::diagnostic::did_you_mean;
use crate::findings::{Frame, Rule, RuleMatch, Severity};

pub(crate) const UNKNOWN_ACTION: Rule = Rule {
    id: "unknown-action",
    severity: Severity::Medium,
    title: "An action that does not exist",
    why: "IAM saves any action name. One that no service has allows nothing, and in a Deny it forbids nothing, without \
          a word from AWS.",
    fix: "Correct the name. An action that is newer than the table rolewright carries is reported too: allow the \
          finding there.",
    frame: Frame::Inline("logs"),
    bad: "- Effect: Allow
  Action: s3:GetObjects
  Resource: arn:aws:s3:::logs/*",
    good: "- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*",
};

pub(crate) const UNKNOWN_SERVICE: Rule = Rule {
    id: "unknown-service",
    severity: Severity::Medium,
    title: "A service that does not exist",
    why: "The part of an action before the colon names a service. IAM saves any, and one that AWS does not have makes \
          the whole line do nothing.",
    fix: "Write the prefix that the service authorization reference gives for the service; it is often shorter than \
          the service's name.",
    frame: Frame::Inline("metrics"),
    bad: r#"- Effect: Allow
  Action: cloudwach:PutMetricData
  Resource: "*""#,
    good: r#"- Effect: Allow
  Action: cloudwatch:PutMetricData
  Resource: "*""#,
};

pub(super) fn find(statement: &StatementRef<'_>, all: &mut Vec<RuleMatch>) {
    let actions = statement.actions().into_iter();
    all.extend(actions.filter_map(|(pointer, action)| judge(pointer, action)));
}

fn judge(pointer: String, action: &str) -> Option<RuleMatch> {
    let (service, name) = action.split_once(':')?;
    if service.contains(['*', '?']) || service.is_empty() || name.is_empty() {
        return None;
    }
    if !has_service(service) {
        let message = format!("no service of AWS has the prefix `{service}`");
        let fix = did_you_mean(service, services());
        let fix = fix.unwrap_or_else(|| "write the service's prefix, as in `s3:GetObject`".into());
        return Some(UNKNOWN_SERVICE.found_at(pointer, message, fix));
    }
    if !covered(action).is_empty() {
        return None;
    }
    let message = if name.contains(['*', '?']) {
        format!("`{action}` covers no action that `{service}` has")
    } else {
        format!("`{service}` has no action `{name}`")
    };
    let known = covered(&format!("{service}:*"));
    let fix = did_you_mean(name, known.iter().map(|one| one.name));
    let fix = fix.unwrap_or_else(|| format!("write an action of `{service}`"));
    Some(UNKNOWN_ACTION.found_at(pointer, message, fix))
}
