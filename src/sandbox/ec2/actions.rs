//! The table of EC2's actions, and the parameters that each takes.

use super::associate::{associate, disassociate, replace};
use super::associations::describe as associations;
use super::{Call, attribute, describe, launch, lifecycle, metadata, tags};
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

/// Each action, and the names, up to the first dot, of the parameters that it takes beside [`COMMON`].
fn row(name: &str) -> Option<(Action, &'static str)> {
    Some(match name {
        "AssociateIamInstanceProfile" => (Write(associate), "IamInstanceProfile InstanceId"),
        "CreateTags" => (Write(tags::create), "ResourceId Tag"),
        "DeleteTags" => (Write(tags::delete), "ResourceId Tag"),
        "DescribeIamInstanceProfileAssociations" => (
            Read(associations),
            "AssociationId Filter MaxResults NextToken",
        ),
        "DescribeInstanceAttribute" => (Read(attribute::describe), "Attribute InstanceId"),
        "DescribeInstances" => (
            Read(describe::instances),
            "Filter InstanceId MaxResults NextToken",
        ),
        "DescribeTags" => (Read(tags::describe), "Filter MaxResults NextToken"),
        "DisassociateIamInstanceProfile" => (Write(disassociate), "AssociationId"),
        "ModifyInstanceAttribute" => (
            Write(attribute::modify),
            "DisableApiTermination GroupId InstanceId InstanceInitiatedShutdownBehavior InstanceType UserData",
        ),
        "ModifyInstanceMetadataOptions" => (
            Write(metadata::modify),
            "HttpEndpoint HttpPutResponseHopLimit HttpTokens InstanceId InstanceMetadataTags",
        ),
        "ReplaceIamInstanceProfileAssociation" => {
            (Write(replace), "AssociationId IamInstanceProfile")
        }
        "RunInstances" => (
            Write(launch::run),
            "ClientToken DisableApiTermination IamInstanceProfile ImageId InstanceInitiatedShutdownBehavior InstanceType KeyName MaxCount MetadataOptions MinCount NetworkInterface SecurityGroup SecurityGroupId SubnetId TagSpecification UserData",
        ),
        "StartInstances" => (Write(lifecycle::start), "InstanceId"),
        "StopInstances" => (Write(lifecycle::stop), "InstanceId"),
        "TerminateInstances" => (Write(lifecycle::terminate), "InstanceId"),
        _ => return None,
    })
}

pub(crate) fn action(name: &str) -> Option<Action> {
    row(name).map(|(action, _)| action)
}

/// Refuses parameters that the action does not have, as EC2 does.
pub(crate) fn check_parameters(action: &str, form: &Form) -> Result<(), Fault> {
    let own = row(action).map_or("", |(_, own)| own);
    let is_known = |root: &str| own.split(' ').chain(COMMON).any(|known| known == root);
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
