//! Inline policies of a role.

use super::{Call, find_role, page, role_mut};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::policy;
use crate::sandbox::rule::Rule;
use crate::sandbox::world::Iam;
use crate::sandbox::xml::Fields;

/// All inline policies of one role together, without white space (IAM user guide, quotas; not adjustable).
pub(super) const QUOTA: usize = 10_240;

pub(super) fn put(iam: &mut Iam, call: &Call) -> Outcome {
    let role = call.form.required(&Rule::ROLE_NAME)?;
    let name = call.form.required(&Rule::POLICY_NAME)?;
    let document = call.form.required(&Rule::DOCUMENT)?;
    let role = role_mut(iam, role)?;
    policy::identity(document)?;
    let others = role
        .inline_policies
        .iter()
        .filter(|(other, _)| *other != name);
    let total: usize =
        others.map(|(_, other)| policy::size(other)).sum::<usize>() + policy::size(document);
    if total > QUOTA {
        return Err(Fault::limit_exceeded(format!(
            "Maximum policy size of {QUOTA} bytes exceeded for role {}",
            role.name
        )));
    }
    role.inline_policies
        .insert(name.to_owned(), document.to_owned());
    Ok(Fields::new())
}

pub(super) fn get(iam: &Iam, call: &Call) -> Outcome {
    let role = find_role(iam, call.form.required(&Rule::ROLE_NAME)?)?;
    let name = call.form.required(&Rule::POLICY_NAME)?;
    let document = role
        .inline_policies
        .get(name)
        .ok_or_else(|| missing(name))?;
    Ok(Fields::new()
        .text("RoleName", &role.name)
        .text("PolicyName", name)
        .text("PolicyDocument", policy::encoded(document)))
}

/// Names only.
pub(super) fn list(iam: &Iam, call: &Call) -> Outcome {
    let role = find_role(iam, call.form.required(&Rule::ROLE_NAME)?)?;
    let page = page::cut(
        call,
        role.inline_policies
            .keys()
            .map(|name| (name.as_str(), name)),
    )?;
    Ok(Fields::new()
        .texts("PolicyNames", "member", page.items)
        .and(page::rest(page.next)))
}

pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    let role = call.form.required(&Rule::ROLE_NAME)?;
    let name = call.form.required(&Rule::POLICY_NAME)?;
    let removed = role_mut(iam, role)?.inline_policies.remove(name);
    removed.map(|_| Fields::new()).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Fault {
    Fault::no_such_entity(format!("The role policy with name {name} cannot be found."))
}
