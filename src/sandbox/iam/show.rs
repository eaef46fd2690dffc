//! Shapes of IAM's answers, and which of them leave what out.

use std::collections::BTreeMap;

use crate::sandbox::policy;
use crate::sandbox::timestamp;
use crate::sandbox::world::{Iam, InstanceProfile, Role, Tags, User};
use crate::sandbox::xml::Fields;

fn role_base(iam: &Iam, role: &Role) -> Fields {
    role_named(iam, role, &iam.role_arn(role))
}

fn role_named(iam: &Iam, role: &Role, arn: &str) -> Fields {
    let trust = policy::encoded(&policy::shown(&role.trust_policy, iam));
    Fields::new()
        .text("Path", &role.path)
        .text("RoleName", &role.name)
        .text("RoleId", &role.id)
        .text("Arn", arn)
        .text("CreateDate", timestamp::iam(role.created))
        .text("AssumeRolePolicyDocument", trust)
}

/// `CreateRole` echoes neither description nor session length.
pub(super) fn role_created(iam: &Iam, role: &Role) -> Fields {
    role_base(iam, role)
        .and(boundary(role))
        .and(tags_if_any(&role.tags))
}

/// `ListRoles` leaves out tags, boundary and last use.
pub(super) fn role_listed(iam: &Iam, role: &Role) -> Fields {
    role_base(iam, role).and(settings(role))
}

fn settings(role: &Role) -> Fields {
    Fields::new()
        .maybe("Description", role.description.as_ref())
        .text("MaxSessionDuration", role.max_session_duration)
}

/// `GetRole` shows everything. Just after the creation it can show the unique id in place of the ARN.
pub(super) fn role(iam: &Iam, role: &Role, unresolved: bool) -> Fields {
    let arn = iam.role_arn(role);
    role_named(iam, role, if unresolved { &role.id } else { &arn })
        .and(settings(role))
        .and(boundary(role))
        .and(tags_if_any(&role.tags))
        .within("RoleLastUsed", Fields::new())
}

/// `GetAccountAuthorizationDetails` adds policies and profiles, and lacks description and session length.
pub(super) fn role_detail(iam: &Iam, role: &Role) -> Fields {
    let profiles = iam.profiles_of(&role.name);
    let attached = role.attached_policies.iter().map(|arn| attached(arn));
    role_base(iam, role)
        .list(
            "InstanceProfileList",
            "member",
            profiles.map(|holder| profile(iam, holder)),
        )
        .list("RolePolicyList", "member", inline(&role.inline_policies))
        .list("AttachedManagedPolicies", "member", attached)
        .and(boundary(role))
        .and(tags(&role.tags))
        .within("RoleLastUsed", Fields::new())
}

/// A user with its inline policies.
pub(super) fn user_detail(iam: &Iam, one: &User) -> Fields {
    user(iam, one).list("UserPolicyList", "member", inline(&one.inline_policies))
}

fn inline(policies: &BTreeMap<String, String>) -> impl Iterator<Item = Fields> {
    policies.iter().map(|(name, document)| {
        Fields::new()
            .text("PolicyName", name)
            .text("PolicyDocument", policy::encoded(document))
    })
}

fn boundary(role: &Role) -> Fields {
    let Some(arn) = &role.permissions_boundary else {
        return Fields::new();
    };
    let shape = Fields::new()
        .text("PermissionsBoundaryType", "Policy")
        .text("PermissionsBoundaryArn", arn);
    Fields::new().within("PermissionsBoundary", shape)
}

/// An attached managed policy. Its name is what follows the last slash of its ARN.
pub(super) fn attached(arn: &str) -> Fields {
    Fields::new()
        .text("PolicyName", policy_name(arn))
        .text("PolicyArn", arn)
}

pub(super) fn policy_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// A profile as listings have it: with its role, without tags.
pub(super) fn profile(iam: &Iam, profile: &InstanceProfile) -> Fields {
    profile_named(iam, profile, &iam.profile_arn(profile))
}

/// A profile as `GetInstanceProfile` has it: just after the creation with its unique id in place of the ARN.
pub(super) fn profile_read(iam: &Iam, read: &InstanceProfile, unresolved: bool) -> Fields {
    let arn = iam.profile_arn(read);
    profile_named(iam, read, if unresolved { &read.id } else { &arn })
}

fn profile_named(iam: &Iam, profile: &InstanceProfile, arn: &str) -> Fields {
    let held = profile.role.as_deref().and_then(|name| iam.role(name));
    Fields::new()
        .text("Path", &profile.path)
        .text("InstanceProfileName", &profile.name)
        .text("InstanceProfileId", &profile.id)
        .text("Arn", arn)
        .text("CreateDate", timestamp::iam(profile.created))
        .list("Roles", "member", held.map(|held| role_base(iam, held)))
}

pub(super) fn user(iam: &Iam, user: &User) -> Fields {
    Fields::new()
        .text("Path", &user.path)
        .text("UserName", &user.name)
        .text("UserId", &user.id)
        .text("Arn", iam.user_arn(user))
        .text("CreateDate", timestamp::iam(user.created))
        .and(tags_if_any(&user.tags))
}

/// Tags as a list, also when there are none.
pub(super) fn tags(tags: &Tags) -> Fields {
    let members = tags.iter().map(|(key, value)| tag(key, value));
    Fields::new().list("Tags", "member", members)
}

pub(super) fn tag(key: &str, value: &str) -> Fields {
    Fields::new().text("Key", key).text("Value", value)
}

/// Tags as a list, or nothing at all.
pub(super) fn tags_if_any(set: &Tags) -> Fields {
    if set.is_empty() {
        Fields::new()
    } else {
        tags(set)
    }
}
