//! Instance profiles themselves: created, read, listed, deleted.

use super::{Call, page, role, show, tags};
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
    let name = &profile.name;
    if iam.profile(name).is_some() {
        let text = format!("Instance Profile {name} already exists.");
        return Err(Fault::already_exists(text));
    }
    if iam.instance_profiles.len() >= QUOTA {
        let text = format!("Cannot exceed quota for InstanceProfilesPerAccount: {QUOTA}");
        return Err(Fault::limit_exceeded(text));
    }
    let shown = show::profile(iam, &profile).and(show::tags_if_any(&profile.tags));
    iam.instance_profiles.insert(Iam::key(name), profile);
    Ok(Fields::new().within("InstanceProfile", shown))
}

pub(super) fn get(iam: &Iam, call: &Call) -> Outcome {
    let profile = super::profile(iam, call)?;
    let shown = show::profile_read(iam, profile, call.unresolved).and(show::tags(&profile.tags));
    Ok(Fields::new().within("InstanceProfile", shown))
}

pub(super) fn list(iam: &Iam, call: &Call) -> Outcome {
    let prefix = call.form.optional(&Rule::PATH_PREFIX)?.unwrap_or("/");
    listed(iam, call, |profile| profile.path.starts_with(prefix))
}

pub(super) fn list_for_role(iam: &Iam, call: &Call) -> Outcome {
    let role = role(iam, call)?;
    listed(iam, call, |profile| profile.holds(&role.name))
}

fn listed(iam: &Iam, call: &Call, is_meant: impl Fn(&InstanceProfile) -> bool) -> Outcome {
    let profiles = iam.instance_profiles.iter();
    let profiles = profiles.map(|(key, profile)| (key.as_str(), profile));
    let meant = profiles.filter(|(_, profile)| is_meant(profile));
    page::members(call, "InstanceProfiles", meant, |profile| {
        show::profile(iam, profile)
    })
}

/// IAM does not ask whether instances use it.
pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    let profile = super::profile(iam, call)?;
    if profile.role.is_some() {
        return Err(Fault::delete_conflict(
            "must remove roles from instance profile first.",
        ));
    }
    let key = Iam::key(&profile.name);
    iam.instance_profiles.remove(&key);
    Ok(Fields::new())
}
