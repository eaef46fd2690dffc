//! EC2's actions in one region: one row per action, one file per group. Facts: service model of EC2, 2016-11-15.

mod associate;
mod associations;
mod attribute;
mod describe;
mod filter;
mod launch;
mod launch_check;
mod lifecycle;
mod metadata;
mod page;
mod profile;
mod show;
mod tags;

use jiff::{SignedDuration, Timestamp};

use super::fault::{Fault, Outcome};
use super::form::Form;
use super::ids::Entropy;
use super::world::{Iam, Instance, Region};

/// One call as a handler sees it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) form: &'a Form,
    pub(crate) now: Timestamp,
    pub(crate) entropy: Entropy,
    /// IAM as it is.
    pub(crate) iam: &'a Iam,
    /// IAM as EC2 sees it, when that differs.
    pub(crate) seen: Option<&'a Iam>,
    pub(crate) region: &'a str,
    pub(crate) association_delay: SignedDuration,
    pub(crate) instance_delay: SignedDuration,
}

/// How an action is carried out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// Changes nothing.
    Read(fn(&Region, &Call) -> Outcome),
    /// Changes the region; a failure is undone by whoever calls it.
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

fn required<'a>(form: &'a Form, name: &str) -> Result<&'a str, Fault> {
    let missing = || {
        Fault::new(
            "MissingParameter",
            format!("The request must contain the parameter {name}"),
        )
    };
    form.get(name)
        .filter(|value| !value.is_empty())
        .ok_or_else(missing)
}

/// The instance of this id, which must look like one.
fn find_instance<'a>(region: &'a Region, id: &str) -> Result<&'a Instance, Fault> {
    let digits = id
        .strip_prefix("i-")
        .filter(|digits| matches!(digits.len(), 8 | 17));
    if !digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Err(Fault::new(
            "InvalidInstanceID.Malformed",
            format!("Invalid id: \"{id}\""),
        ));
    }
    let missing = || {
        Fault::new(
            "InvalidInstanceID.NotFound",
            format!("The instance ID '{id}' does not exist"),
        )
    };
    region.instances.get(id).ok_or_else(missing)
}

/// The moment a transition of this length ends.
fn after(call: &Call, delay: SignedDuration) -> Timestamp {
    call.now.saturating_add(delay).unwrap_or(Timestamp::MAX)
}
