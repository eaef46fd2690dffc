//! The table of EC2's actions, and the parameters that each takes.

use super::associate::{associate, disassociate, replace};
use super::associations::describe as associations;
use super::{Call, attribute, describe, launch, lifecycle, metadata, tags};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::route::row;
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

const ACTIONS: &[(&str, Action)] = &[
    ("AssociateIamInstanceProfile", Write(associate)),
    ("CreateTags", Write(tags::create)),
    ("DeleteTags", Write(tags::delete)),
    ("DescribeIamInstanceProfileAssociations", Read(associations)),
    ("DescribeInstanceAttribute", Read(attribute::describe)),
    ("DescribeInstances", Read(describe::instances)),
    ("DescribeTags", Read(tags::describe)),
    ("DisassociateIamInstanceProfile", Write(disassociate)),
    ("ModifyInstanceAttribute", Write(attribute::modify)),
    ("ModifyInstanceMetadataOptions", Write(metadata::modify)),
    ("ReplaceIamInstanceProfileAssociation", Write(replace)),
    ("RunInstances", Write(launch::run)),
    ("StartInstances", Write(lifecycle::start)),
    ("StopInstances", Write(lifecycle::stop)),
    ("TerminateInstances", Write(lifecycle::terminate)),
];

pub(crate) fn action(name: &str) -> Option<Action> {
    row(ACTIONS, name)
}

/// Refuses parameters that the action does not have, as EC2 does.
pub(crate) fn check_parameters(action: &str, form: &Form) -> Result<(), Fault> {
    let known = parameters(action);
    let is_known = |root: &str| known.contains(&root) || COMMON.contains(&root);
    let mut roots = form.all().filter_map(|(name, _)| name.split('.').next());
    roots
        .find(|root| !is_known(root))
        .map_or(Ok(()), |unknown| {
            let text = format!("The parameter {unknown} is not recognized");
            Err(Fault::new("UnknownParameter", text))
        })
}

/// What every action takes.
const COMMON: [&str; 3] = ["Action", "Version", "DryRun"];

/// The names, up to the first dot, of the parameters that an action takes beside [`COMMON`].
fn parameters(action: &str) -> &'static [&'static str] {
    match action {
        "AssociateIamInstanceProfile" => &["IamInstanceProfile", "InstanceId"],
        "CreateTags" | "DeleteTags" => &["ResourceId", "Tag"],
        "DescribeIamInstanceProfileAssociations" => {
            &["AssociationId", "Filter", "MaxResults", "NextToken"]
        }
        "DescribeInstanceAttribute" => &["Attribute", "InstanceId"],
        "DescribeInstances" => &["Filter", "InstanceId", "MaxResults", "NextToken"],
        "DescribeTags" => &["Filter", "MaxResults", "NextToken"],
        "DisassociateIamInstanceProfile" => &["AssociationId"],
        "ModifyInstanceAttribute" => &[
            "DisableApiTermination",
            "GroupId",
            "InstanceId",
            "InstanceInitiatedShutdownBehavior",
            "InstanceType",
            "UserData",
        ],
        "ModifyInstanceMetadataOptions" => &[
            "HttpEndpoint",
            "HttpPutResponseHopLimit",
            "HttpTokens",
            "InstanceId",
            "InstanceMetadataTags",
        ],
        "ReplaceIamInstanceProfileAssociation" => &["AssociationId", "IamInstanceProfile"],
        "RunInstances" => &[
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
        ],
        "StartInstances" | "StopInstances" | "TerminateInstances" => &["InstanceId"],
        _ => &[],
    }
}
