//! IAM: what the handlers of its actions share. `actions` has one row per action, and there is one file per group.
//! Facts: service model of IAM, 2010-05-08.

mod actions;
mod attached;
mod boundary;
mod inline;
mod page;
mod profile;
mod profile_role;
mod role;
mod show;
mod summary;
mod survey;
mod tags;
mod trust;
mod user;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::fault::Fault;
use super::form::Form;
use super::ids::Entropy;
use super::principal::Principal;
use super::rule::Rule;
use super::world::{Iam, InstanceProfile, Role, User};

pub(crate) use actions::{Action, action};
pub(crate) use tags::session_tags;

/// One call as a handler sees it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) form: &'a Form,
    pub(crate) now: Timestamp,
    pub(crate) entropy: Entropy,
    pub(crate) caller: &'a Principal,
    /// IAM as the check of principals sees it, when that differs from the present.
    pub(crate) seen: Option<&'a Iam>,
    /// Whether the ARN of what the call names is not known yet.
    pub(crate) unresolved: bool,
    /// Whether a page ends early.
    pub(crate) short_page: bool,
}

fn role<'a>(iam: &'a Iam, call: &Call) -> Result<&'a Role, Fault> {
    named(&iam.roles, call, &Rule::ROLE_NAME)
}

fn profile<'a>(iam: &'a Iam, call: &Call) -> Result<&'a InstanceProfile, Fault> {
    named(&iam.instance_profiles, call, &Rule::PROFILE_NAME)
}

fn user<'a>(iam: &'a Iam, call: &Call) -> Result<&'a User, Fault> {
    named(&iam.users, call, &Rule::USER_NAME)
}

/// The role that a call names, unless it belongs to an AWS service.
fn role_mut<'a>(iam: &'a mut Iam, call: &Call) -> Result<&'a mut Role, Fault> {
    let role = named_mut(&mut iam.roles, call, &Rule::ROLE_NAME)?;
    modifiable(role)?;
    Ok(role)
}

fn profile_mut<'a>(iam: &'a mut Iam, call: &Call) -> Result<&'a mut InstanceProfile, Fault> {
    named_mut(&mut iam.instance_profiles, call, &Rule::PROFILE_NAME)
}

fn user_mut<'a>(iam: &'a mut Iam, call: &Call) -> Result<&'a mut User, Fault> {
    named_mut(&mut iam.users, call, &Rule::USER_NAME)
}

type ByName<T> = BTreeMap<String, T>;

fn named<'a, T>(all: &'a ByName<T>, call: &Call, rule: &Rule) -> Result<&'a T, Fault> {
    let name = call.form.required(rule)?;
    let found = all.get(&Iam::key(name));
    found.ok_or_else(|| not_found(rule, name))
}

fn named_mut<'a, T>(all: &'a mut ByName<T>, call: &Call, rule: &Rule) -> Result<&'a mut T, Fault> {
    let name = call.form.required(rule)?;
    let found = all.get_mut(&Iam::key(name));
    found.ok_or_else(|| not_found(rule, name))
}

fn not_found(rule: &Rule, name: &str) -> Fault {
    Fault::no_such_entity(match rule.parameter {
        "RoleName" => format!("The role with name {name} cannot be found."),
        "UserName" => format!("The user with name {name} cannot be found."),
        _ => format!("Instance Profile {name} cannot be found."),
    })
}

fn modifiable(role: &Role) -> Result<(), Fault> {
    if !role.is_service_linked() {
        return Ok(());
    }
    let text = format!(
        "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS",
        role.name
    );
    Err(Fault::new("UnmodifiableEntity", text))
}
