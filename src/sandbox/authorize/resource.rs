//! What a policy that names its principals says about a request: a resource's, or a role's trust policy.

use serde_json::Value;

use super::AccessDenied;
use super::reach::{Reach, reach};
use super::request::Request;
use super::statement::{Effect, with_principals};
use crate::sandbox::principal::Principal;
use crate::sandbox::world::Iam;

/// How far the statements reach that allow it; none where none does, and an error where one denies it.
pub(super) fn allowed(
    policy: &str,
    request: &Request,
    reaches: &dyn Fn(&Value) -> Option<Reach>,
    source: &str,
) -> Result<Option<Reach>, AccessDenied> {
    let mut allowed = None;
    for (statement, value) in with_principals(policy) {
        let Some(reach) = reaches(&value).filter(|_| statement.is_about(request)) else {
            continue;
        };
        match statement.effect {
            Effect::Deny => {
                return Err(request.denied(&format!("with an explicit deny in {source}")));
            }
            Effect::Allow => allowed = allowed.max(Some(reach)),
        }
    }
    Ok(allowed)
}

/// How a statement reaches a principal, if it does.
pub(super) fn reaches(iam: &Iam, principal: &Principal, statement: &Value) -> Option<Reach> {
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(named), _) => reach(iam, principal, named),
        (None, Some(named)) => reach(iam, principal, named)
            .is_none()
            .then_some(Reach::Named),
        (None, None) => None,
    }
}
