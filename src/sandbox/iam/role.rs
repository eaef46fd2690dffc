//! Roles themselves: created, read, listed, updated, deleted.

use super::{Call, boundary, modifiable, page, role_mut, show, tags, trust};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::timestamp;
use crate::sandbox::world::{Iam, Role, SERVICE_LINKED_PATH};
use crate::sandbox::xml::Fields;

/// Roles per account (IAM user guide, quotas: the default).
pub(super) const QUOTA: usize = 1000;

pub(super) fn create(iam: &mut Iam, call: &Call) -> Outcome {
    let role = asked(iam, call)?;
    let name = &role.name;
    if iam.role(name).is_some() {
        let text = format!("Role with name {name} already exists.");
        return Err(Fault::already_exists(text));
    }
    let counted = iam.roles.values().filter(|role| !role.is_service_linked());
    if counted.count() >= QUOTA {
        let text = format!("Cannot exceed quota for RolesPerAccount: {QUOTA}");
        return Err(Fault::limit_exceeded(text));
    }
    let shown = show::role_created(iam, &role);
    iam.roles.insert(Iam::key(name), role);
    Ok(Fields::new().within("Role", shown))
}

fn asked(iam: &Iam, call: &Call) -> Result<Role, Fault> {
    let form = call.form;
    let name = form.required(&Rule::ROLE_NAME)?;
    let path = form.optional(&Rule::PATH)?.unwrap_or("/");
    let document = form.required(&Rule::TRUST_ON_CREATE)?;
    let description = form.optional(&Rule::DESCRIPTION)?;
    let max_session_duration = session(call)?.unwrap_or(3600);
    if path.starts_with(SERVICE_LINKED_PATH) {
        let text = format!("A role cannot be created at the reserved path {path}");
        return Err(Fault::new("InvalidInput", text));
    }
    Ok(Role {
        name: name.to_owned(),
        path: path.to_owned(),
        id: call.entropy.unique_id("AROA"),
        created: timestamp::to_second(call.now),
        description: description.and_then(kept),
        max_session_duration,
        trust_policy: trust::checked(iam, call, document)?,
        permissions_boundary: form
            .get("PermissionsBoundary")
            .map(|_| boundary::checked(iam, call))
            .transpose()?,
        tags: tags::on_creation(form, tags::Keys::IgnoreCase)?,
        ..Role::default()
    })
}

fn session(call: &Call) -> Result<Option<u32>, Fault> {
    call.form.number("MaxSessionDuration", 3600, 43200)
}

/// IAM keeps no empty description.
fn kept(description: &str) -> Option<String> {
    (!description.is_empty()).then(|| description.to_owned())
}

pub(super) fn get(iam: &Iam, call: &Call) -> Outcome {
    let role = super::role(iam, call)?;
    Ok(Fields::new().within("Role", show::role(iam, role, call.unresolved)))
}

pub(super) fn list(iam: &Iam, call: &Call) -> Outcome {
    let prefix = call.form.optional(&Rule::PATH_PREFIX)?.unwrap_or("/");
    let roles = iam.roles.iter().map(|(key, role)| (key.as_str(), role));
    let below = roles.filter(|(_, role)| role.path.starts_with(prefix));
    page::members(call, "Roles", below, |role| show::role_listed(iam, role))
}

/// A field that is left out keeps its value, as clients that send the two fields apart rely on.
pub(super) fn update(iam: &mut Iam, call: &Call) -> Outcome {
    call.form.required(&Rule::ROLE_NAME)?;
    let description = call.form.optional(&Rule::DESCRIPTION)?;
    let session = session(call)?;
    let role = role_mut(iam, call)?;
    if let Some(text) = description {
        role.description = kept(text);
    }
    role.max_session_duration = session.unwrap_or(role.max_session_duration);
    Ok(Fields::new())
}

pub(super) fn update_description(iam: &mut Iam, call: &Call) -> Outcome {
    call.form.required(&Rule::ROLE_NAME)?;
    let text = call.form.required(&Rule::DESCRIPTION)?;
    role_mut(iam, call)?.description = kept(text);
    let role = super::role(iam, call)?;
    Ok(Fields::new().within("Role", show::role_listed(iam, role)))
}

pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    let role = super::role(iam, call)?;
    modifiable(role)?;
    let first = if iam.profiles_of(&role.name).next().is_some() {
        "must remove roles from instance profile first."
    } else if !role.attached_policies.is_empty() {
        "must detach all policies first."
    } else if !role.inline_policies.is_empty() {
        "must delete policies first."
    } else {
        let key = Iam::key(&role.name);
        iam.roles.remove(&key);
        return Ok(Fields::new());
    };
    Err(Fault::delete_conflict(first))
}
