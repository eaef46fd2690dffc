//! Inline policies of a role or a user. The two differ in a word and in their quota.

use std::collections::BTreeMap;

use super::{Call, page, role, role_mut, user, user_mut};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::policy;
use crate::sandbox::rule::Rule;
use crate::sandbox::world::Iam;
use crate::sandbox::xml::Fields;

/// All inline policies of one role together, without white space (IAM user guide, quotas; not adjustable).
pub(super) const QUOTA: usize = 10_240;
/// The same of one user.
const USER_QUOTA: usize = 2_048;

/// Documents by name.
type Policies = BTreeMap<String, String>;

pub(super) fn put(iam: &mut Iam, call: &Call) -> Outcome {
    let role = role_mut(iam, call)?;
    let owner = format!("role {}", role.name);
    write(&mut role.inline_policies, call, QUOTA, &owner)
}

pub(super) fn put_of_user(iam: &mut Iam, call: &Call) -> Outcome {
    let user = user_mut(iam, call)?;
    let owner = format!("user {}", user.name);
    write(&mut user.inline_policies, call, USER_QUOTA, &owner)
}

fn write(policies: &mut Policies, call: &Call, quota: usize, owner: &str) -> Outcome {
    let name = call.form.required(&Rule::POLICY_NAME)?;
    let document = call.form.required(&Rule::DOCUMENT)?;
    policy::identity(document)?;
    let others = policies.iter().filter(|(other, _)| *other != name);
    let others: usize = others.map(|(_, other)| policy::size(other)).sum();
    if others + policy::size(document) > quota {
        let text = format!("Maximum policy size of {quota} bytes exceeded for {owner}");
        return Err(Fault::limit_exceeded(text));
    }
    policies.insert(name.to_owned(), document.to_owned());
    Ok(Fields::new())
}

pub(super) fn get(iam: &Iam, call: &Call) -> Outcome {
    let role = role(iam, call)?;
    let read = read(&role.inline_policies, call, "role")?;
    Ok(Fields::new().text("RoleName", &role.name).and(read))
}

pub(super) fn get_of_user(iam: &Iam, call: &Call) -> Outcome {
    let user = user(iam, call)?;
    let read = read(&user.inline_policies, call, "user")?;
    Ok(Fields::new().text("UserName", &user.name).and(read))
}

fn read(policies: &Policies, call: &Call, kind: &str) -> Outcome {
    let name = call.form.required(&Rule::POLICY_NAME)?;
    let document = policies.get(name).ok_or_else(|| missing(kind, name))?;
    Ok(Fields::new()
        .text("PolicyName", name)
        .text("PolicyDocument", policy::encoded(document)))
}

pub(super) fn list(iam: &Iam, call: &Call) -> Outcome {
    names(&role(iam, call)?.inline_policies, call)
}

pub(super) fn list_of_user(iam: &Iam, call: &Call) -> Outcome {
    names(&user(iam, call)?.inline_policies, call)
}

fn names(policies: &Policies, call: &Call) -> Outcome {
    let page = page::cut(call, policies.keys().map(|name| (name.as_str(), name)))?;
    let names = Fields::new().texts("PolicyNames", "member", page.items);
    Ok(names.and(page::rest(page.next)))
}

pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    remove(&mut role_mut(iam, call)?.inline_policies, call, "role")
}

pub(super) fn delete_of_user(iam: &mut Iam, call: &Call) -> Outcome {
    remove(&mut user_mut(iam, call)?.inline_policies, call, "user")
}

fn remove(policies: &mut Policies, call: &Call, kind: &str) -> Outcome {
    let name = call.form.required(&Rule::POLICY_NAME)?;
    let removed = policies.remove(name).ok_or_else(|| missing(kind, name));
    removed.map(|_| Fields::new())
}

fn missing(kind: &str, name: &str) -> Fault {
    let text = format!("The {kind} policy with name {name} cannot be found.");
    Fault::no_such_entity(text)
}
