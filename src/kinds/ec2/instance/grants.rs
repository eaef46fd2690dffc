//! What it takes to look after an instance (Service Authorization Reference, EC2): a launch is allowed on everything that
//! it uses, and what is launched is known by its tags.

use crate::kinds::ec2::region::{ec2_arn, instance_arn};
use crate::kinds::{Grant, GrantRequest};
use crate::model::{AwsScope, NAME_TAG, Resource, STACK_TAG, field};

/// What changes an instance of ours. Tags can be set again; others than ours cannot be made ours.
const WRITES: [&str; 5] = [
    "ec2:CreateTags",
    "ec2:DeleteTags",
    "ec2:ModifyInstanceAttribute",
    "ec2:ModifyInstanceMetadataOptions",
    "ec2:TerminateInstances",
];

pub(super) fn grants(resource: &Resource, asked: &GrantRequest<'_>) -> Vec<Grant> {
    let instances = || [instance_arn(resource, asked.setting, "*")];
    let tag = |of: &str, key: &str| format!("aws:{of}/{key}");
    let stack = || [asked.desired.stack.name.clone()];
    let name = || [resource.address.name.clone()];
    let mut grants = vec![
        Grant::everywhere("ReadAccount", &["ec2:DescribeInstances"]),
        Grant::new(
            "ReadInstances",
            &["ec2:DescribeInstanceAttribute"],
            instances(),
        ),
    ];
    if asked.is_plan() {
        return grants;
    }
    grants.push(Grant::new(
        "Launch",
        &["ec2:RunInstances"],
        used(resource, asked.setting),
    ));
    grants.push(
        Grant::new("TagAtLaunch", &["ec2:CreateTags"], instances())
            .when(
                "StringEquals",
                "ec2:CreateAction",
                ["RunInstances".to_owned()],
            )
            .when("StringEquals", tag("RequestTag", STACK_TAG), stack()),
    );
    grants.push(
        Grant::new("ManageInstances", &WRITES, instances())
            .when("StringEquals", tag("ResourceTag", STACK_TAG), stack())
            .when("StringEquals", tag("ResourceTag", NAME_TAG), name()),
    );
    grants
}

/// Instances that the stack has launched and no longer declares.
pub(super) fn for_owned(asked: &GrantRequest<'_>) -> Vec<Grant> {
    let AwsScope {
        partition,
        account,
        region: _,
    } = asked.setting;
    // The stack's instances may be in any region.
    let all = || [format!("arn:{partition}:ec2:*:{account}:instance/*")];
    let mut grants = vec![Grant::new(
        "ReadInstances",
        &["ec2:DescribeInstanceAttribute"],
        all(),
    )];
    if !asked.is_plan() {
        let terminate = Grant::new("TerminateOwned", &["ec2:TerminateInstances"], all());
        grants.push(terminate.of_stack(&asked.desired.stack.name));
    }
    grants
}

/// Everything that a launch uses, as narrow as it is declared.
fn used(resource: &Resource, setting: &AwsScope) -> Vec<String> {
    let text = |field| resource.attributes.text(field);
    let named = |kind: &str, id: &str| ec2_arn(resource, setting, kind, id);
    let image = text(field::IMAGE_ID).unwrap_or("*");
    let region = resource.region.as_deref().unwrap_or(&setting.region);
    let mut arns = vec![
        format!("arn:{}:ec2:{region}::image/{image}", setting.partition),
        named("instance", "*"),
        named("network-interface", "*"),
        named("volume", "*"),
        named("subnet", text(field::SUBNET_ID).unwrap_or("*")),
    ];
    arns.extend(text(field::KEY_NAME).map(|key| named("key-pair", key)));
    let groups = resource.attributes.members(field::SECURITY_GROUP_IDS);
    let groups: Vec<&str> = groups.map(|(id, _)| id).collect();
    if groups.is_empty() {
        arns.push(named("security-group", "*"));
    }
    arns.extend(groups.into_iter().map(|id| named("security-group", id)));
    arns
}
