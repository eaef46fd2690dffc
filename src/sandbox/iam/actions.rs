//! The table of IAM's actions: one row each.

use super::{
    Call, attached, boundary, inline, profile, profile_role, role, summary, survey, tags, trust,
    user,
};
use crate::sandbox::fault::Outcome;
use crate::sandbox::route::row;
use crate::sandbox::world::Iam;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
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

pub(crate) fn action(name: &str) -> Option<Action> {
    row(ACTIONS, name)
}
