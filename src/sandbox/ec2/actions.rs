//! The table of EC2's actions: one row each, with the parameters it takes.

use super::{
    Call, associate, associations, attribute, describe, launch, lifecycle, metadata, tags,
};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::world::Region;

/// How an action is carried out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// Changes nothing.
    Read(fn(&Region, &Call) -> Outcome),
    /// Changes the region; the caller undoes a failure.
    Write(fn(&mut Region, &Call) -> Outcome),
}

use Action::{Read, Write};

/// What every action takes.
const COMMON: [&str; 3] = ["Action", "Version", "DryRun"];

const LAUNCH: &[&str] = &[
    "ClientToken",
    "DisableApiTermination",
    "IamInstanceProfile",
    "ImageId",
    "InstanceInitiatedShutdownBehavior",
    "InstanceType",
    "KeyName",
    "MaxCount",
    "MetadataOptions",
    "MinCount",
    "NetworkInterface",
    "SecurityGroup",
    "SecurityGroupId",
    "SubnetId",
    "TagSpecification",
    "UserData",
];

const METADATA: &[&str] = &[
    "HttpEndpoint",
    "HttpPutResponseHopLimit",
    "HttpTokens",
    "InstanceId",
    "InstanceMetadataTags",
];

const MODIFY: &[&str] = &[
    "DisableApiTermination",
    "GroupId",
    "InstanceId",
    "InstanceInitiatedShutdownBehavior",
    "InstanceType",
    "UserData",
];

/// Actions with the names, up to the first dot, of the parameters they take.
const ACTIONS: &[(&str, &[&str], Action)] = &[
    (
        "AssociateIamInstanceProfile",
        &["IamInstanceProfile", "InstanceId"],
        Write(associate::associate),
    ),
    ("CreateTags", &["ResourceId", "Tag"], Write(tags::create)),
    ("DeleteTags", &["ResourceId", "Tag"], Write(tags::delete)),
    (
        "DescribeIamInstanceProfileAssociations",
        &["AssociationId", "Filter", "MaxResults", "NextToken"],
        Read(associations::describe),
    ),
    (
        "DescribeInstanceAttribute",
        &["Attribute", "InstanceId"],
        Read(attribute::describe),
    ),
    (
        "DescribeInstances",
        &["Filter", "InstanceId", "MaxResults", "NextToken"],
        Read(describe::instances),
    ),
    (
        "DescribeTags",
        &["Filter", "MaxResults", "NextToken"],
        Read(tags::describe),
    ),
    (
        "DisassociateIamInstanceProfile",
        &["AssociationId"],
        Write(associate::disassociate),
    ),
    ("ModifyInstanceAttribute", MODIFY, Write(attribute::modify)),
    (
        "ModifyInstanceMetadataOptions",
        METADATA,
        Write(metadata::modify),
    ),
    (
        "ReplaceIamInstanceProfileAssociation",
        &["AssociationId", "IamInstanceProfile"],
        Write(associate::replace),
    ),
    ("RunInstances", LAUNCH, Write(launch::run)),
    ("StartInstances", &["InstanceId"], Write(lifecycle::start)),
    ("StopInstances", &["InstanceId"], Write(lifecycle::stop)),
    (
        "TerminateInstances",
        &["InstanceId"],
        Write(lifecycle::terminate),
    ),
];

/// The action of this name.
pub(crate) fn action(name: &str) -> Option<Action> {
    row(name).map(|(_, _, action)| *action)
}

/// Refuses parameters that the action does not have, as EC2 does.
pub(crate) fn check_parameters(action: &str, form: &Form) -> Result<(), Fault> {
    let known = row(action).map(|(_, known, _)| *known).unwrap_or_default();
    let is_known = |root: &str| known.contains(&root) || COMMON.contains(&root);
    let roots = form
        .all()
        .map(|(name, _)| name.split('.').next().unwrap_or(name));
    match roots.into_iter().find(|root| !is_known(root)) {
        Some(unknown) => Err(Fault::new(
            "UnknownParameter",
            format!("The parameter {unknown} is not recognized"),
        )),
        None => Ok(()),
    }
}

fn row(name: &str) -> Option<&'static (&'static str, &'static [&'static str], Action)> {
    ACTIONS.iter().find(|(known, _, _)| *known == name)
}
