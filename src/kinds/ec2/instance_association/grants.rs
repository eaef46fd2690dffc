//! What it takes to look after an association (Service Authorization Reference, EC2): the actions are on the instance,
//! and giving it a profile needs `iam:PassRole` on the role inside.

use crate::kinds::ec2::region::instance_arn;
use crate::kinds::grant::role_of;
use crate::kinds::{Grant, GrantRequest};
use crate::model::{Desired, Link, NAME_TAG, Resource, STACK_TAG, Selector, Value};

const WRITES: [&str; 3] = [
    "ec2:AssociateIamInstanceProfile",
    "ec2:DisassociateIamInstanceProfile",
    "ec2:ReplaceIamInstanceProfileAssociation",
];

pub(super) fn grants(resource: &Resource, asked: &GrantRequest<'_>) -> Vec<Grant> {
    let mut grants = vec![Grant::everywhere(
        "ReadAccount",
        &[
            "ec2:DescribeIamInstanceProfileAssociations",
            "ec2:DescribeInstances",
        ],
    )];
    if asked.is_plan() {
        return grants;
    }
    let id = resource.address.member.as_deref();
    let associate = Grant::new(
        "AssociateInstanceProfiles",
        &WRITES,
        [instance_arn(resource, asked.setting, id.unwrap_or("*"))],
    );
    grants.push(selected(associate, resource, asked.desired));
    let roles: Vec<String> = links(resource)
        .filter_map(|link| link.target.as_ref())
        .filter_map(|profile| role_of(profile, asked))
        .collect();
    if !roles.is_empty() {
        grants.push(Grant::pass(roles));
    }
    grants
}

/// Only on the instances that are meant.
fn selected(grant: Grant, resource: &Resource, desired: &Desired) -> Grant {
    let tag = |key: &str| format!("aws:ResourceTag/{key}");
    match &resource.selector {
        Some(Selector::Tags { tags, .. }) => tags.iter().fold(grant, |grant, (key, value)| {
            grant.when("StringEquals", tag(key), [value.clone()])
        }),
        Some(Selector::Launched(instance)) => grant
            .when("StringEquals", tag(STACK_TAG), [desired.stack.name.clone()])
            .when("StringEquals", tag(NAME_TAG), [instance.name.clone()]),
        None => grant,
    }
}

/// Profiles that are not of this stack hold roles that no manifest names.
pub(super) fn unknown(resource: &Resource, desired: &Desired) -> Vec<String> {
    let is_foreign = |link: &&Link| {
        let target = link.target.as_ref();
        target.is_none_or(|target| !desired.resources.contains_key(target))
    };
    let sentence = |link: &Link| {
        format!(
            "{} uses instance profile {} of somebody else: allow iam:PassRole on the role inside it, with iam:PassedToService ec2.amazonaws.com",
            resource.address, link.name
        )
    };
    links(resource).filter(is_foreign).map(sentence).collect()
}

fn links(resource: &Resource) -> impl Iterator<Item = &Link> {
    let values = resource.attributes.values();
    values.filter_map(|value| match value {
        Value::Link(link) => Some(link),
        _ => None,
    })
}
