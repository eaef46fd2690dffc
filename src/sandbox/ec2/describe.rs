//! `DescribeInstances`.

use super::filter::Filters;
use super::{Call, find_instance, page, show};
use crate::sandbox::catalogue;
use crate::sandbox::fault::Outcome;
use crate::sandbox::world::{Instance, Region};

pub(super) fn instances(region: &Region, call: &Call) -> Outcome {
    let asked = call.form.list("InstanceId");
    for id in &asked {
        find_instance(region, id)?;
    }
    let filters = Filters::of(call.form, is_known)?;
    let wanted = |instance: &Instance| {
        let named = asked.is_empty() || asked.contains(&instance.id.as_str());
        named && filters.match_all(|name| texts(region, instance, name))
    };
    // Sorted by reservation, so that a reservation's instances stand together.
    let mut rows: Vec<(String, &Instance)> = region
        .instances
        .values()
        .filter(|instance| wanted(instance))
        .map(|instance| {
            (
                format!("{}/{}", instance.reservation, instance.id),
                instance,
            )
        })
        .collect();
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    let page = page::cut(
        call.form,
        rows.iter().map(|(key, instance)| (key.as_str(), *instance)),
        asked.is_empty(),
    )?;
    let reservations = page
        .items
        .chunk_by(|one, other| one.reservation == other.reservation);
    let shown = reservations
        .map(|group| show::reservation(region, call, &group[0].reservation, group.iter().copied()));
    Ok(page::items("reservationSet", shown, page.next))
}

fn is_known(name: &str) -> bool {
    let plain = [
        "client-token",
        "iam-instance-profile.arn",
        "iam-instance-profile.id",
        "image-id",
        "instance-id",
        "instance-state-code",
        "instance-state-name",
        "instance-type",
        "key-name",
        "reservation-id",
        "subnet-id",
        "tag-key",
        "vpc-id",
    ];
    plain.contains(&name) || name.starts_with("tag:")
}

/// What a filter of this name compares with.
fn texts(region: &Region, instance: &Instance, name: &str) -> Vec<String> {
    let reported = region.reported(&instance.id);
    let text = match name {
        "client-token" => instance.client_token.clone(),
        "iam-instance-profile.arn" => reported.map(|held| held.profile_arn.clone()),
        "iam-instance-profile.id" => reported.map(|held| held.profile_id.clone()),
        "image-id" => Some(instance.image_id.clone()),
        "instance-id" => Some(instance.id.clone()),
        "instance-state-code" => Some(instance.state.code().to_string()),
        "instance-state-name" => Some(instance.state.name().to_owned()),
        "instance-type" => Some(instance.instance_type.clone()),
        "key-name" => instance.key_name.clone(),
        "reservation-id" => Some(instance.reservation.clone()),
        "subnet-id" => Some(instance.subnet_id.clone()),
        "tag-key" => return instance.tags.keys().cloned().collect(),
        "vpc-id" => Some(catalogue::VPC.to_owned()),
        _ => name
            .strip_prefix("tag:")
            .and_then(|key| instance.tags.get(key))
            .cloned(),
    };
    text.into_iter().collect()
}
