//! Rules about a change of a role: what only the state before shows.

use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::model::{AccessView, FieldPath};

pub(crate) const BOUNDARY_REMOVED: Rule = Rule {
    id: "boundary-removed",
    severity: Severity::High,
    title: "The permissions boundary goes",
    why: "A boundary is the most a role may do, whatever its policies say. Without it they apply in full from that \
          moment.",
    fix: "Keep the boundary, or check first what the policies allow without it. The example that is right is the \
          role before.",
    frame: Frame::InstanceRole,
    bad: "managedPolicies:
  - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    good: "managedPolicies:
  - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
permissionsBoundary: arn:aws:iam::123456789012:policy/limit",
};

/// Everything worth a look in a change of a role. What is wrong with the role afterwards is [`super::in_role`]'s.
pub fn in_change(before: &AccessView<'_>, after: &AccessView<'_>) -> Vec<(FieldPath, RuleMatch)> {
    let removed = before.boundary.filter(|_| after.boundary.is_none());
    let found = removed.map(|(arn, path)| {
        let message = format!("the permissions boundary `{arn}` is removed");
        let fix = "keep it, or check what the role's policies allow without it";
        (path.clone(), BOUNDARY_REMOVED.found_at("", message, fix))
    });
    found.into_iter().collect()
}
