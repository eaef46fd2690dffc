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

use jiff::Timestamp;

use super::fault::Fault;
use super::form::Form;
use super::ids::Entropy;
use super::principal::Principal;
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

fn find_role<'a>(iam: &'a Iam, name: &str) -> Result<&'a Role, Fault> {
    iam.role(name).ok_or_else(|| no_role(name))
}

fn find_profile<'a>(iam: &'a Iam, name: &str) -> Result<&'a InstanceProfile, Fault> {
    iam.profile(name).ok_or_else(|| no_profile(name))
}

fn find_user<'a>(iam: &'a Iam, name: &str) -> Result<&'a User, Fault> {
    iam.user(name).ok_or_else(|| no_user(name))
}

fn user_mut<'a>(iam: &'a mut Iam, name: &str) -> Result<&'a mut User, Fault> {
    iam.users
        .get_mut(&Iam::key(name))
        .ok_or_else(|| no_user(name))
}

fn profile_mut<'a>(iam: &'a mut Iam, name: &str) -> Result<&'a mut InstanceProfile, Fault> {
    iam.instance_profiles
        .get_mut(&Iam::key(name))
        .ok_or_else(|| no_profile(name))
}

/// The role, unless it belongs to an AWS service.
fn role_mut<'a>(iam: &'a mut Iam, name: &str) -> Result<&'a mut Role, Fault> {
    let role = iam
        .roles
        .get_mut(&Iam::key(name))
        .ok_or_else(|| no_role(name))?;
    modifiable(role)?;
    Ok(role)
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

fn no_role(name: &str) -> Fault {
    Fault::no_such_entity(format!("The role with name {name} cannot be found."))
}

fn no_user(name: &str) -> Fault {
    Fault::no_such_entity(format!("The user with name {name} cannot be found."))
}

fn no_profile(name: &str) -> Fault {
    Fault::no_such_entity(format!("Instance Profile {name} cannot be found."))
}
