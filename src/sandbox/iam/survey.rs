//! `GetAccountAuthorizationDetails`: users, roles and policies in one walk with one marker.

use std::collections::BTreeSet;

use super::{Call, page, show};
use crate::sandbox::fault::Outcome;
use crate::sandbox::ids::Entropy;
use crate::sandbox::rule::violation;
use crate::sandbox::timestamp;
use crate::sandbox::world::{EPOCH, Iam, Role, User, is_managed_by_aws};
use crate::sandbox::xml::Fields;

const FILTERS: [&str; 5] = [
    "User",
    "Role",
    "Group",
    "LocalManagedPolicy",
    "AWSManagedPolicy",
];

enum Entity<'a> {
    User(&'a User),
    Role(&'a Role),
    Policy(&'a str),
}

/// Any list may be empty on a page, because the page is cut through all of them together.
pub(super) fn details(iam: &Iam, call: &Call) -> Outcome {
    let filter = call.form.list("Filter.member");
    if let Some(unknown) = filter.iter().find(|name| !FILTERS.contains(name)) {
        let known = FILTERS.join(", ");
        let constraint =
            format!("satisfy constraint: [Member must satisfy enum value set: [{known}]]");
        return Err(violation(&format!("'[{unknown}]'"), "filter", &constraint));
    }
    let wanted = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let entities = entities(iam, wanted);
    let keyed = entities.iter().map(|(key, entity)| (key.as_str(), entity));
    let page = page::cut(call, keyed)?;
    let (mut users, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new());
    for entity in page.items {
        match entity {
            Entity::User(user) => users.push(show::user_detail(iam, user)),
            Entity::Role(role) => roles.push(show::role_detail(iam, role)),
            Entity::Policy(arn) => policies.push(policy(iam, arn)),
        }
    }
    Ok(Fields::new()
        .list("UserDetailList", "member", users)
        .within("GroupDetailList", Fields::new())
        .list("RoleDetailList", "member", roles)
        .list("Policies", "member", policies)
        .and(page::rest(page.next)))
}

fn entities(iam: &Iam, wanted: impl Fn(&str) -> bool) -> Vec<(String, Entity<'_>)> {
    let users = iam.users.iter().filter(|_| wanted("User"));
    let users = users.map(|(key, user)| (format!("1/{key}"), Entity::User(user)));
    let roles = iam.roles.iter().filter(|_| wanted("Role"));
    let roles = roles.map(|(key, role)| (format!("2/{key}"), Entity::Role(role)));
    let attached = iam.roles.values().flat_map(|role| &role.attached_policies);
    let all: BTreeSet<&str> = attached.chain(&iam.policies).map(String::as_str).collect();
    let kind = |arn: &str| {
        if is_managed_by_aws(arn) {
            "AWSManagedPolicy"
        } else {
            "LocalManagedPolicy"
        }
    };
    let policies = all.into_iter().filter(|arn| wanted(kind(arn)));
    let policies = policies.map(|arn| (format!("3/{arn}"), Entity::Policy(arn)));
    users.chain(roles).chain(policies).collect()
}

/// A managed policy without its versions: the sandbox knows none of their documents.
fn policy(iam: &Iam, arn: &str) -> Fields {
    let roles = |uses: fn(&Role, &str) -> bool| {
        let roles = iam.roles.values();
        roles.filter(|role| uses(role, arn)).count()
    };
    let attachments = roles(|role, arn| role.attached_policies.contains(arn));
    let bounded = roles(|role, arn| role.permissions_boundary.as_deref() == Some(arn));
    let path = arn.split_once(":policy").map_or("/", |(_, path)| path);
    let path = path.rfind('/').map_or("/", |end| &path[..=end]);
    Fields::new()
        .text("PolicyName", show::policy_name(arn))
        .text("PolicyId", Entropy::of(arn).unique_id("ANPA"))
        .text("Arn", arn)
        .text("Path", path)
        .text("DefaultVersionId", "v1")
        .text("AttachmentCount", attachments)
        .text("PermissionsBoundaryUsageCount", bounded)
        .text("IsAttachable", true)
        .text("CreateDate", timestamp::iam(EPOCH))
        .text("UpdateDate", timestamp::iam(EPOCH))
        .within("PolicyVersionList", Fields::new())
}
