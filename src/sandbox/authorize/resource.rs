//! What the policy of a resource says about a request.

use serde_json::Value;

use super::AccessDenied;
use super::reach::{Reach, reach};
use super::request::Request;
use super::statement::{Effect, Statement};
use crate::sandbox::principal::Principal;
use crate::sandbox::world::Iam;

/// Whether the policy allows the principal itself; an error where it denies it.
pub(super) fn allows(
    iam: &Iam,
    principal: &Principal,
    policy: &str,
    request: &Request,
) -> Result<bool, AccessDenied> {
    let document: Value = serde_json::from_str(policy).unwrap_or_default();
    let has_variables = document["Version"] == "2012-10-17";
    let statements = match &document["Statement"] {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    let mut allowed = false;
    for value in statements {
        let Some(statement) = Statement::read(value, has_variables) else {
            continue;
        };
        let Some(reach) = reaches(iam, principal, value).filter(|_| statement.is_about(request))
        else {
            continue;
        };
        match statement.effect {
            Effect::Deny => {
                let because = "with an explicit deny in a resource-based policy";
                return Err(request.denied(because));
            }
            Effect::Allow => allowed |= reach == Reach::Named,
        }
    }
    Ok(allowed)
}

fn reaches(iam: &Iam, principal: &Principal, statement: &Value) -> Option<Reach> {
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(named), _) => reach(iam, principal, named),
        (None, Some(named)) => reach(iam, principal, named)
            .is_none()
            .then_some(Reach::Named),
        (None, None) => None,
    }
}
