//! `RunInstances`.

use sha2::{Digest, Sha256};

use super::{Call, after, associate, launch_check as check, metadata, profile, show, tags};
use crate::sandbox::catalogue;
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::hex::hex;
use crate::sandbox::timestamp;
use crate::sandbox::world::{AssociationState, Instance, InstanceProfile, InstanceState, Region};

pub(super) fn run(region: &mut Region, call: &Call) -> Outcome {
    let (token, fingerprint) = (check::client_token(call)?, fingerprint(call.form));
    if let Some(reservation) =
        token.map_or(Ok(None), |token| repeated(region, token, &fingerprint))?
    {
        return Ok(answer(region, call, &reservation));
    }
    let profile = profile(call)?;
    let (count, model) = (
        check::count(call.form)?,
        model(region, call, token, fingerprint)?,
    );
    let reservation = model.reservation.clone();
    for index in 0..count {
        let mut instance = model.clone();
        instance.id = call.entropy.nth(100 + index).resource_id("i-");
        if let Some(profile) = profile {
            associate_at_launch(region, call, &instance.id, profile, index);
        }
        region.instances.insert(instance.id.clone(), instance);
    }
    if region.instances.len() > catalogue::INSTANCES_PER_REGION {
        let text = format!(
            "You have requested more instances ({count}) than your current instance limit of {} allows for the specified instance type.",
            catalogue::INSTANCES_PER_REGION
        );
        return Err(Fault::new("InstanceLimitExceeded", text));
    }
    Ok(answer(region, call, &reservation))
}

fn answer(region: &Region, call: &Call, reservation: &str) -> crate::sandbox::xml::Fields {
    let launched = region
        .instances
        .values()
        .filter(|instance| instance.reservation == reservation);
    show::reservation(region, call, reservation, launched)
}

/// The instance that every one of the launch is a copy of.
fn model(
    region: &Region,
    call: &Call,
    token: Option<&str>,
    fingerprint: String,
) -> Result<Instance, Fault> {
    let (form, offers) = (call.form, &region.offers);
    Ok(Instance {
        id: String::new(),
        reservation: call.entropy.resource_id("r-"),
        state: InstanceState::Pending,
        changes_at: Some(after(call, call.instance_delay)),
        image_id: check::image(form, offers)?.to_owned(),
        instance_type: check::instance_type(form)?.to_owned(),
        launched: timestamp::to_second(call.now),
        key_name: check::key_pair(form, offers)?.map(str::to_owned),
        subnet_id: check::subnet(form, offers)?.to_owned(),
        security_groups: check::security_groups(form, offers)?,
        user_data: check::user_data(form, "UserData")?,
        metadata_options: metadata::at_launch(form)?,
        disable_api_termination: check::flag(form, "DisableApiTermination")?,
        shutdown_behavior: check::shutdown_behavior(form, "InstanceInitiatedShutdownBehavior")?,
        client_token: token.map(str::to_owned),
        launch_fingerprint: token.map(|_| fingerprint),
        tags: tags::on_launch(form)?,
    })
}

/// The profile of the launch, which must hold a role as far as EC2 can see.
fn profile<'a>(call: &Call<'a>) -> Result<Option<&'a InstanceProfile>, Fault> {
    let Some(profile) = profile::asked(call)? else {
        return Ok(None);
    };
    if profile.role.is_some() {
        return Ok(Some(profile));
    }
    let arn = profile::seen(call).profile_arn(profile);
    Err(Fault::invalid_value(format!(
        "IAM Instance Profile \"{arn}\" has no associated IAM Roles"
    )))
}

/// A launch makes an association that is in effect from the start.
fn associate_at_launch(
    region: &mut Region,
    call: &Call,
    instance: &str,
    profile: &InstanceProfile,
    index: u64,
) {
    let mut association = associate::new(call, instance, profile);
    association.id = call.entropy.nth(10_000 + index).resource_id("iip-assoc-");
    association.state = AssociationState::Associated;
    association.changes_at = None;
    region
        .associations
        .insert(association.id.clone(), association);
}

fn repeated(region: &Region, token: &str, fingerprint: &str) -> Result<Option<String>, Fault> {
    let Some(earlier) = region
        .instances
        .values()
        .find(|instance| instance.client_token.as_deref() == Some(token))
    else {
        return Ok(None);
    };
    if earlier.launch_fingerprint.as_deref() != Some(fingerprint) {
        let text = "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).";
        return Err(Fault::new("IdempotentParameterMismatch", text));
    }
    if matches!(
        earlier.state,
        InstanceState::ShuttingDown | InstanceState::Terminated
    ) {
        let text = "The client token you have provided is associated with a resource that is already deleted. Please use a different client token.";
        return Err(Fault::new("IdempotentInstanceTerminated", text));
    }
    Ok(Some(earlier.reservation.clone()))
}

/// What the launch asked for, shortened: equal for equal parameters.
fn fingerprint(form: &Form) -> String {
    let mut hash = Sha256::new();
    for (name, value) in form.all().filter(|(name, _)| *name != "ClientToken") {
        hash.update(format!("{name}={value}\n"));
    }
    hex(&hash.finalize()[..8])
}
