//! Users, as far as they matter to roles: principals that exist or do not.

use std::collections::{BTreeMap, BTreeSet};

use super::{Call, find_user, show, tags};
use crate::sandbox::caller;
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::timestamp;
use crate::sandbox::world::{Iam, User};
use crate::sandbox::xml::Fields;

pub(super) fn create(iam: &mut Iam, call: &Call) -> Outcome {
    let user = User {
        name: call.form.required(&Rule::NEW_USER_NAME)?.to_owned(),
        path: call.form.optional(&Rule::PATH)?.unwrap_or("/").to_owned(),
        id: call.entropy.unique_id("AIDA"),
        created: timestamp::to_second(call.now),
        tags: tags::on_creation(call.form, tags::Keys::IgnoreCase)?,
        inline_policies: BTreeMap::new(),
        attached_policies: BTreeSet::new(),
        permissions_boundary: None,
    };
    if iam.user(&user.name).is_some() {
        return Err(Fault::new(
            "EntityAlreadyExists",
            format!("User with name {} already exists.", user.name),
        ));
    }
    let shown = show::user(iam, &user);
    iam.users.insert(Iam::key(&user.name), user);
    Ok(Fields::new().within("User", shown))
}

/// Without a name: the user that calls.
pub(super) fn get(iam: &Iam, call: &Call) -> Outcome {
    let named = call.form.optional(&Rule::USER_NAME)?;
    let own = call.caller.user().map(|user| user.name.as_str());
    let name = named.or(own).ok_or_else(|| {
        let text = "Must specify userName when calling with non-User credentials";
        Fault::new("ValidationError", text)
    })?;
    Ok(Fields::new().within("User", show::user(iam, find_user(iam, name)?)))
}

/// The caller cannot be deleted: its access key would have to go first.
pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::USER_NAME)?;
    let user = find_user(iam, name)?;
    let rest = if user.name == caller::USER {
        Some("access keys")
    } else if user.inline_policies.is_empty() {
        None
    } else {
        Some("policies")
    };
    if let Some(rest) = rest {
        let text = format!("Cannot delete entity, must delete {rest} first.");
        return Err(Fault::new("DeleteConflict", text));
    }
    iam.users.remove(&Iam::key(name));
    Ok(Fields::new())
}
