//! The association state machine: associate, replace, disassociate.

use super::{Call, after, find_instance, profile, required, show};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::timestamp;
use crate::sandbox::world::{
    Association, AssociationState, InstanceProfile, InstanceState, Region,
};
use crate::sandbox::xml::Fields;

pub(super) fn associate(region: &mut Region, call: &Call) -> Outcome {
    let instance = find_instance(region, required(call.form, "InstanceId")?)?;
    let profile = profile::required(call)?;
    if !matches!(
        instance.state,
        InstanceState::Running | InstanceState::Stopped
    ) {
        return Err(not_ready(&instance.id));
    }
    if region.associations_of(&instance.id).next().is_some() {
        let text = format!(
            "There is an existing association for instance {}",
            instance.id
        );
        return Err(Fault::new("IncorrectState", text));
    }
    let made = new(call, &instance.id, profile);
    Ok(insert(region, made))
}

/// Only the active association of a running instance can be replaced. The successor has an id of its own.
pub(super) fn replace(region: &mut Region, call: &Call) -> Outcome {
    let old = find(region, required(call.form, "AssociationId")?)?;
    let profile = profile::required(call)?;
    let instance = region.instances.get(&old.instance);
    match instance.map(|instance| instance.state) {
        Some(InstanceState::Running) if old.state != AssociationState::Disassociating => {}
        Some(InstanceState::Running | InstanceState::Stopped) => {
            let text = format!("The association {} is not the active association", old.id);
            return Err(Fault::new("IncorrectState", text));
        }
        _ => return Err(not_ready(&old.instance)),
    }
    let (id, made) = (old.id.clone(), new(call, &old.instance, profile));
    take_back(region, call, &id);
    Ok(insert(region, made))
}

/// One that is already being taken back is answered as it stands, so that a repeated call does no harm.
pub(super) fn disassociate(region: &mut Region, call: &Call) -> Outcome {
    let old = find(region, required(call.form, "AssociationId")?)?;
    let id = old.id.clone();
    if old.state != AssociationState::Disassociating {
        take_back(region, call, &id);
    }
    let shown = show::association(find(region, &id)?);
    Ok(Fields::new().within("iamInstanceProfileAssociation", shown))
}

/// The association of this id, while it is listed.
pub(super) fn find<'a>(region: &'a Region, id: &str) -> Result<&'a Association, Fault> {
    region.associations.get(id).ok_or_else(|| {
        let text = format!("An invalid association-id of '{id}' was given");
        Fault::new("InvalidAssociationID.NotFound", text)
    })
}

/// A new association of a profile with an instance, in the making.
pub(super) fn new(call: &Call, instance: &str, profile: &InstanceProfile) -> Association {
    Association {
        id: call.entropy.nth(7).resource_id("iip-assoc-"),
        instance: instance.to_owned(),
        profile_arn: profile::seen(call).profile_arn(profile),
        profile_id: profile.id.clone(),
        state: AssociationState::Associating,
        changes_at: Some(after(call, call.association_delay)),
        made: timestamp::to_second(call.now),
    }
}

fn insert(region: &mut Region, made: Association) -> Fields {
    let shown = show::association(&made);
    region.associations.insert(made.id.clone(), made);
    Fields::new().within("iamInstanceProfileAssociation", shown)
}

fn take_back(region: &mut Region, call: &Call, id: &str) {
    if let Some(association) = region.associations.get_mut(id) {
        association.state = AssociationState::Disassociating;
        association.changes_at = Some(after(call, call.association_delay));
    }
}

fn not_ready(instance: &str) -> Fault {
    let text = format!("The instance '{instance}' is not in the 'running' or 'stopped' states.");
    Fault::new("IncorrectInstanceState", text)
}
