//! Whether a plan takes from the run itself what it takes to undo the plan. Judged by what the identities that run it end up
//! with: the user or role whose credentials came first, and every role assumed with them. All other guards are `guard`'s.

use super::guard::goes;
use super::{Action, Change, Edit, GuardOverrides, Plan, risk};
use crate::access::{self, AccessChange, Subject};
use crate::diagnostic::Diagnostic;
use crate::kinds;
use crate::model::{
    AccessView, Address, Attributes, AwsScope, Desired, FieldPath, Live, PolicyView,
};
use crate::policy::{Document, PolicyPurpose};

const HINT: &str =
    "run it with other credentials, or pass `--allow-lock-out` if you know another way in";

/// Without these nobody may be left to put access right.
const ACCESS_SERVICES: [&str; 2] = ["iam", "sts"];

/// Everything in the plan that would lock the run out.
pub(super) fn refusals(
    plan: &Plan,
    desired: &Desired,
    live: &Live,
    allowed: &GuardOverrides,
) -> Vec<Diagnostic> {
    if allowed.own_role || allowed.lock_out {
        return Vec::new();
    }
    let own = plan
        .effective()
        .filter_map(|change| own(change, plan, live));
    own.chain(denials(plan, desired)).collect()
}

/// A change of what an identity of the run is, has, or got its credentials through.
fn own(change: &Change, plan: &Plan, live: &Live) -> Option<Diagnostic> {
    let mut identities = plan.caller.identities();
    let identity = identities.find(|identity| is_own(change, identity, live))?;
    let address = &change.address;
    let message = if goes(change) {
        format!("the plan would delete {address}, which this run itself uses ({identity})")
    } else if loses(change, live) {
        format!(
            "the plan would take access from {address}, which this run itself uses ({identity})"
        )
    } else {
        return None;
    };
    let refusal = Diagnostic::error("lock-out", message).at(change.place.clone());
    Some(refusal.hint(HINT))
}

/// What others are denied, and the run with them: policies of resources.
fn denials(plan: &Plan, desired: &Desired) -> impl Iterator<Item = Diagnostic> {
    let made = plan.effective().filter(|change| {
        matches!(
            change.action,
            Action::Create | Action::Update | Action::Replace
        )
    });
    made.filter_map(|change| {
        let kind = kinds::find(change.address.kind);
        let resource = desired.resources.get(&change.address)?;
        let mut identities = plan.caller.identities();
        let lost = identities.find_map(|identity| kind.locks_out(resource, identity))?;
        let message = format!(
            "{} would deny this run itself {lost}, so that it could not take it back",
            change.address
        );
        let refusal = Diagnostic::error("lock-out", message).at(change.place.clone());
        Some(refusal.hint(HINT))
    })
}

/// Whether an identity lives by a resource: it is the role or the user, the profile it got the role through, the instance
/// it runs on, or the association of that.
fn is_own(change: &Change, identity: &str, live: &Live) -> bool {
    let observed = live.resources.get(&change.address);
    let is_used = |address: &Address, fields: &Attributes| {
        kinds::find(address.kind).is_identity(&address.name, fields, identity)
    };
    let (before, after) = sides(change, live);
    let holds_used = || {
        let mut targets = observed.iter().flat_map(|observed| &observed.references);
        targets.any(|reference| is_used(&reference.target, &Attributes::new()))
    };
    let launched = observed.and_then(|observed| observed.id.as_deref());
    let ids = [change.address.member.as_deref(), launched];
    let is_instance = |session: &str| ids.contains(&Some(session));
    is_used(&change.address, &before)
        || is_used(&change.address, &after)
        || holds_used()
        || session(identity).is_some_and(is_instance)
}

/// The session name of an assumed role, which on EC2 is the instance's id (EC2 user guide, "IAM roles for
/// Amazon EC2").
fn session(identity: &str) -> Option<&str> {
    let (_, session) = identity.split_once(":assumed-role/")?;
    session.split_once('/').map(|(_, name)| name)
}

/// The fields before and after a change.
fn sides(change: &Change, live: &Live) -> (Attributes, Attributes) {
    let observed = live.resources.get(&change.address);
    let before = observed.map_or_else(Attributes::new, |observed| observed.attributes.clone());
    let after = risk::after(change, &before);
    (before, after)
}

/// Whether an identity may lose access that it takes to change access. What replaces something may be narrower, a new
/// boundary narrows, and what is removed is gone: of these it is not judged whether they really do. Doubt refuses.
fn loses(change: &Change, live: &Live) -> bool {
    let decides = |edit: &Edit| {
        let field = kinds::field(change.address.kind, edit.path.field);
        field.is_some_and(|field| field.credentials)
    };
    let narrows = |edit: &Edit| edit.before.is_some() || edit.path.member.is_none();
    let is_new = change.action == Action::Create;
    let mut edits = change.edits.iter();
    (!is_new && edits.any(|edit| decides(edit) && narrows(edit))) || loses_access(change, live)
}

/// Whether anything is lost: of what is allowed, and of what would be if everything were. The latter finds what is denied
/// from now on, whatever policy elsewhere allows it.
fn loses_access(change: &Change, live: &Live) -> bool {
    let kind = kinds::find(change.address.kind);
    let (before, after) = sides(change, live);
    let [before, after] = [&before, &after].map(|fields| kind.access_view(fields));
    let scope = &live.setting;
    let mut edits = change.edits.iter();
    loses_between(&before, &after, scope)
        || edits
            .next()
            .is_some_and(|edit| is_denied_more(&edit.path, &before, &after, scope))
}

/// The same with everything allowed on both sides, by a policy that stands at `path`.
fn is_denied_more(
    path: &FieldPath,
    before: &AccessView<'_>,
    after: &AccessView<'_>,
    scope: &AwsScope,
) -> bool {
    const EVERYTHING: &str =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let everything = Document::observed(EVERYTHING);
    let allowed = PolicyView {
        path,
        purpose: PolicyPurpose::Identity,
        document: &everything,
    };
    let [mut before, mut after] = [before.clone(), after.clone()];
    before.policies.push(allowed);
    after.policies.push(allowed);
    loses_between(&before, &after, scope)
}

fn loses_between(before: &AccessView<'_>, after: &AccessView<'_>, scope: &AwsScope) -> bool {
    let lost = access::diff(before, after, scope).lost;
    lost.iter().any(decides_access)
}

/// Whether what is lost may be what it takes to change access, or to be who one is.
fn decides_access(lost: &AccessChange) -> bool {
    match &lost.subject {
        Subject::Permission(permission) | Subject::Denial(permission) => permission
            .actions
            .any
            .iter()
            .any(|name| is_about_access(name)),
        Subject::Trust(_)
        | Subject::ManagedPolicy { .. }
        | Subject::ManagedDeny { .. }
        | Subject::Boundary { .. }
        | Subject::Holder { .. }
        | Subject::Unreadable => true,
        Subject::SessionDuration { .. } => false,
    }
}

/// Whether a pattern may stand for an action of IAM or STS. A wildcard before the colon may stand for both.
fn is_about_access(pattern: &str) -> bool {
    let service = pattern.split(':').next().unwrap_or(pattern).to_lowercase();
    service.contains(['*', '?', '$']) || ACCESS_SERVICES.contains(&service.as_str())
}
