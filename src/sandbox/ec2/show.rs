//! Shapes of EC2's answers.

use super::Call;
use crate::sandbox::catalogue;
use crate::sandbox::ids::Entropy;
use crate::sandbox::timestamp;
use crate::sandbox::world::{Association, Instance, InstanceState, MetadataOptions, Region, Tags};
use crate::sandbox::xml::Fields;

/// EC2 answers with ARN and id, never with the name.
pub(super) fn association(association: &Association) -> Fields {
    Fields::new()
        .text("associationId", &association.id)
        .text("instanceId", &association.instance)
        .within("iamInstanceProfile", profile(association))
        .text("state", association.state.name())
        .text("timestamp", timestamp::ec2(association.made))
}

fn profile(association: &Association) -> Fields {
    Fields::new()
        .text("arn", &association.profile_arn)
        .text("id", &association.profile_id)
}

/// A reservation with these of its instances.
pub(super) fn reservation<'a>(
    region: &Region,
    call: &Call,
    id: &str,
    instances: impl IntoIterator<Item = &'a Instance>,
) -> Fields {
    let shown = instances
        .into_iter()
        .enumerate()
        .map(|(index, each)| instance(region, call, each, index));
    Fields::new()
        .text("reservationId", id)
        .text("ownerId", &call.iam.account)
        .within("groupSet", Fields::new())
        .list("instancesSet", "item", shown)
}

fn instance(region: &Region, call: &Call, instance: &Instance, index: usize) -> Fields {
    let address = Entropy::of(&instance.id).0.to_be_bytes();
    let reported = region.reported(&instance.id);
    let base = Fields::new()
        .text("instanceId", &instance.id)
        .text("imageId", &instance.image_id)
        .within("instanceState", state(instance.state))
        .text(
            "privateDnsName",
            format!("ip-10-0-{}-{}.ec2.internal", address[0], address[1]),
        )
        .maybe("keyName", instance.key_name.as_ref())
        .text("amiLaunchIndex", index)
        .text("instanceType", &instance.instance_type)
        .text("launchTime", timestamp::ec2(instance.launched))
        .within(
            "placement",
            Fields::new()
                .text("availabilityZone", format!("{}a", call.region))
                .text("tenancy", "default"),
        )
        .within("monitoring", Fields::new().text("state", "disabled"));
    base.and(network(instance, address))
        .text("architecture", "x86_64")
        .text("rootDeviceType", "ebs")
        .text("rootDeviceName", "/dev/xvda")
        .text("virtualizationType", "hvm")
        .text("hypervisor", "xen")
        .maybe("clientToken", instance.client_token.as_ref())
        .and(reported.map_or_else(Fields::new, |held| {
            Fields::new().within("iamInstanceProfile", profile(held))
        }))
        .within(
            "metadataOptions",
            metadata(&instance.metadata_options, "applied"),
        )
        .and(tags(&instance.tags))
}

fn network(instance: &Instance, address: [u8; 8]) -> Fields {
    let groups = instance.security_groups.iter().map(|id| {
        Fields::new()
            .text("groupId", id)
            .text("groupName", catalogue::SECURITY_GROUP)
    });
    Fields::new()
        .text("subnetId", &instance.subnet_id)
        .text("vpcId", catalogue::VPC)
        .text(
            "privateIpAddress",
            format!("10.0.{}.{}", address[0], address[1]),
        )
        .list("groupSet", "item", groups)
}

pub(super) fn metadata(options: &MetadataOptions, state: &str) -> Fields {
    Fields::new()
        .text("state", state)
        .text("httpTokens", &options.http_tokens)
        .text(
            "httpPutResponseHopLimit",
            options.http_put_response_hop_limit,
        )
        .text("httpEndpoint", &options.http_endpoint)
        .text("instanceMetadataTags", &options.instance_metadata_tags)
}

fn tags(tags: &Tags) -> Fields {
    let items = tags
        .iter()
        .map(|(key, value)| Fields::new().text("key", key).text("value", value));
    Fields::new().list("tagSet", "item", items)
}

pub(super) fn state(state: InstanceState) -> Fields {
    Fields::new()
        .text("code", state.code())
        .text("name", state.name())
}
