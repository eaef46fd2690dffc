//! Roles themselves: created, read, listed, updated, deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Call, boundary, find_role, modifiable, page, role_mut, show, tags, trust};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::timestamp;
use crate::sandbox::world::{Iam, Role, SERVICE_LINKED_PATH};
use crate::sandbox::xml::Fields;

/// Roles per account (IAM user guide, quotas: the default).
pub(super) const QUOTA: usize = 1000;

pub(super) fn create(iam: &mut Iam, call: &Call) -> Outcome {
    let role = asked(iam, call)?;
    let key = Iam::key(&role.name);
    if iam.roles.contains_key(&key) {
        return Err(Fault::new(
            "EntityAlreadyExists",
            format!("Role with name {} already exists.", role.name),
        ));
    }
    if iam
        .roles
        .values()
        .filter(|role| !role.is_service_linked())
        .count()
        >= QUOTA
    {
        return Err(Fault::limit_exceeded(format!(
            "Cannot exceed quota for RolesPerAccount: {QUOTA}"
        )));
    }
    let shown = show::role_created(iam, &role);
    iam.roles.insert(key, role);
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
        return Err(Fault::new(
            "InvalidInput",
            format!("A role cannot be created at the reserved path {path}"),
        ));
    }
    Ok(Role {
        name: name.to_owned(),
        path: path.to_owned(),
        id: call.entropy.unique_id("AROA"),
        created: timestamp::to_second(call.now),
        description: description
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        max_session_duration,
        trust_policy: trust::checked(iam, call, document)?,
        inline_policies: BTreeMap::new(),
        attached_policies: BTreeSet::new(),
        permissions_boundary: form
            .get("PermissionsBoundary")
            .map(|_| boundary::checked(iam, call))
            .transpose()?,
        tags: tags::on_creation(form, tags::Keys::IgnoreCase)?,
    })
}

fn session(call: &Call) -> Result<Option<u32>, Fault> {
    call.form.number("MaxSessionDuration", 3600, 43200)
}

pub(super) fn get(iam: &Iam, call: &Call) -> Outcome {
    let role = find_role(iam, call.form.required(&Rule::ROLE_NAME)?)?;
    Ok(Fields::new().within("Role", show::role(iam, role, call.unresolved)))
}

pub(super) fn list(iam: &Iam, call: &Call) -> Outcome {
    let prefix = call.form.optional(&Rule::PATH_PREFIX)?.unwrap_or("/");
    let roles = iam
        .roles
        .iter()
        .filter(|(_, role)| role.path.starts_with(prefix));
    page::members(
        call,
        "Roles",
        roles.map(|(key, role)| (key.as_str(), role)),
        |role| show::role_listed(iam, role),
    )
}

/// A field that is left out keeps its value, as clients that send the two fields apart rely on.
pub(super) fn update(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::ROLE_NAME)?;
    let description = call.form.optional(&Rule::DESCRIPTION)?;
    let session = session(call)?;
    let role = role_mut(iam, name)?;
    if let Some(text) = description {
        role.description = Some(text)
            .filter(|text| !text.is_empty())
            .map(str::to_owned);
    }
    role.max_session_duration = session.unwrap_or(role.max_session_duration);
    Ok(Fields::new())
}

pub(super) fn update_description(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::ROLE_NAME)?;
    let text = call.form.required(&Rule::DESCRIPTION)?;
    role_mut(iam, name)?.description = Some(text)
        .filter(|text| !text.is_empty())
        .map(str::to_owned);
    let role = find_role(iam, name)?;
    Ok(Fields::new().within("Role", show::role_listed(iam, role)))
}

pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::ROLE_NAME)?;
    let role = find_role(iam, name)?;
    modifiable(role)?;
    let left = if iam.profiles_of(name).next().is_some() {
        Some("must remove roles from instance profile first.")
    } else if !role.attached_policies.is_empty() {
        Some("must detach all policies first.")
    } else if !role.inline_policies.is_empty() {
        Some("must delete policies first.")
    } else {
        None
    };
    if let Some(left) = left {
        return Err(Fault::new(
            "DeleteConflict",
            format!("Cannot delete entity, {left}"),
        ));
    }
    iam.roles.remove(&Iam::key(name));
    Ok(Fields::new())
}
