//! IAM's actions: one row per action, one file per group. Facts: service model of IAM, 2010-05-08.

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

use super::fault::{Fault, Outcome};
use super::form::Form;
use super::ids::Entropy;
use super::principal::Principal;
use super::world::{Iam, InstanceProfile, Role, Tags, User};

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

/// How an action is carried out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// Changes nothing.
    Read(fn(&Iam, &Call) -> Outcome),
    /// Changes IAM, or fails and changes nothing.
    Write(fn(&mut Iam, &Call) -> Outcome),
}

use Action::{Read, Write};

const ACTIONS: &[(&str, Action)] = &[
    ("AddRoleToInstanceProfile", Write(profile_role::add)),
    ("AttachRolePolicy", Write(attached::attach)),
    ("CreateInstanceProfile", Write(profile::create)),
    ("CreateRole", Write(role::create)),
    ("CreateUser", Write(user::create)),
    ("DeleteInstanceProfile", Write(profile::delete)),
    ("DeleteRole", Write(role::delete)),
    ("DeleteRolePermissionsBoundary", Write(boundary::delete)),
    ("DeleteRolePolicy", Write(inline::delete)),
    ("DeleteUser", Write(user::delete)),
    ("DeleteUserPolicy", Write(inline::delete_of_user)),
    ("DetachRolePolicy", Write(attached::detach)),
    ("GetAccountAuthorizationDetails", Read(survey::details)),
    ("GetAccountSummary", Read(summary::summary)),
    ("GetInstanceProfile", Read(profile::get)),
    ("GetRole", Read(role::get)),
    ("GetRolePolicy", Read(inline::get)),
    ("GetUser", Read(user::get)),
    ("GetUserPolicy", Read(inline::get_of_user)),
    ("ListAttachedRolePolicies", Read(attached::list)),
    ("ListInstanceProfileTags", Read(tags::list_of_profile)),
    ("ListInstanceProfiles", Read(profile::list)),
    ("ListInstanceProfilesForRole", Read(profile::list_for_role)),
    ("ListRolePolicies", Read(inline::list)),
    ("ListRoleTags", Read(tags::list_of_role)),
    ("ListRoles", Read(role::list)),
    ("ListUserPolicies", Read(inline::list_of_user)),
    ("PutRolePermissionsBoundary", Write(boundary::put)),
    ("PutRolePolicy", Write(inline::put)),
    ("PutUserPolicy", Write(inline::put_of_user)),
    ("RemoveRoleFromInstanceProfile", Write(profile_role::remove)),
    ("TagInstanceProfile", Write(tags::tag_profile)),
    ("TagRole", Write(tags::tag_role)),
    ("UntagInstanceProfile", Write(tags::untag_profile)),
    ("UntagRole", Write(tags::untag_role)),
    ("UpdateAssumeRolePolicy", Write(trust::update)),
    ("UpdateRole", Write(role::update)),
    ("UpdateRoleDescription", Write(role::update_description)),
];

/// The action of this name.
pub(crate) fn action(name: &str) -> Option<Action> {
    ACTIONS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, action)| *action)
}

/// The tags of a new session.
pub(crate) fn session_tags(form: &Form) -> Result<Tags, Fault> {
    tags::on_creation(form, tags::Keys::IgnoreCase)
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
