//! Instance profiles themselves: created, read, listed, deleted.

use super::{Call, find_profile, find_role, page, show, tags};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::timestamp;
use crate::sandbox::world::{Iam, InstanceProfile};
use crate::sandbox::xml::Fields;

/// Instance profiles per account (IAM user guide, quotas: the default).
pub(super) const QUOTA: usize = 1000;

pub(super) fn create(iam: &mut Iam, call: &Call) -> Outcome {
    let profile = InstanceProfile {
        name: call.form.required(&Rule::PROFILE_NAME)?.to_owned(),
        path: call.form.optional(&Rule::PATH)?.unwrap_or("/").to_owned(),
        id: call.entropy.unique_id("AIPA"),
        created: timestamp::to_second(call.now),
        role: None,
        tags: tags::on_creation(call.form, tags::Keys::Exact)?,
    };
    let key = Iam::key(&profile.name);
    if iam.instance_profiles.contains_key(&key) {
        return Err(Fault::new(
            "EntityAlreadyExists",
            format!("Instance Profile {} already exists.", profile.name),
        ));
    }
    if iam.instance_profiles.len() >= QUOTA {
        return Err(Fault::limit_exceeded(format!(
            "Cannot exceed quota for InstanceProfilesPerAccount: {QUOTA}"
        )));
    }
    let shown = show::profile(iam, &profile).and(show::tags_if_any(&profile.tags));
    iam.instance_profiles.insert(key, profile);
    Ok(Fields::new().within("InstanceProfile", shown))
}

pub(super) fn get(iam: &Iam, call: &Call) -> Outcome {
    let profile = find_profile(iam, call.form.required(&Rule::PROFILE_NAME)?)?;
    let shown = show::profile_read(iam, profile, call.unresolved).and(show::tags(&profile.tags));
    Ok(Fields::new().within("InstanceProfile", shown))
}

pub(super) fn list(iam: &Iam, call: &Call) -> Outcome {
    let prefix = call.form.optional(&Rule::PATH_PREFIX)?.unwrap_or("/");
    let below = iam
        .instance_profiles
        .iter()
        .filter(|(_, profile)| profile.path.starts_with(prefix));
    let profiles = below.map(|(key, profile)| (key.as_str(), profile));
    page::members(call, "InstanceProfiles", profiles, |profile| {
        show::profile(iam, profile)
    })
}

pub(super) fn list_for_role(iam: &Iam, call: &Call) -> Outcome {
    let role = find_role(iam, call.form.required(&Rule::ROLE_NAME)?)?;
    let keyed: Vec<(String, &InstanceProfile)> = iam
        .profiles_of(&role.name)
        .map(|profile| (Iam::key(&profile.name), profile))
        .collect();
    let profiles = keyed.iter().map(|(key, profile)| (key.as_str(), *profile));
    page::members(call, "InstanceProfiles", profiles, |profile| {
        show::profile(iam, profile)
    })
}

/// IAM does not ask whether instances use it.
pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::PROFILE_NAME)?;
    if find_profile(iam, name)?.role.is_some() {
        let text = "Cannot delete entity, must remove roles from instance profile first.";
        return Err(Fault::new("DeleteConflict", text));
    }
    iam.instance_profiles.remove(&Iam::key(name));
    Ok(Fields::new())
}
