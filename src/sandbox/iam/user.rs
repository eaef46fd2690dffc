//! Users, as far as they matter to roles: principals that exist or do not.

use super::{Call, not_found, show, tags, user};
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
        ..User::default()
    };
    if iam.user(&user.name).is_some() {
        let text = format!("User with name {} already exists.", user.name);
        return Err(Fault::already_exists(text));
    }
    let shown = show::user(iam, &user);
    iam.users.insert(Iam::key(&user.name), user);
    Ok(Fields::new().within("User", shown))
}

/// Without a name: the user that calls.
pub(super) fn get(iam: &Iam, call: &Call) -> Outcome {
    let user = if call.form.get("UserName").is_some() {
        user(iam, call)?
    } else {
        let text = "Must specify userName when calling with non-User credentials";
        let caller = call.caller.user().ok_or_else(|| Fault::validation(text))?;
        let missing = || not_found(&Rule::USER_NAME, &caller.name);
        iam.user(&caller.name).ok_or_else(missing)?
    };
    Ok(Fields::new().within("User", show::user(iam, user)))
}

/// The caller cannot be deleted: its access key would have to go first.
pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    let user = user(iam, call)?;
    let first = if user.name == caller::USER {
        "must delete access keys first."
    } else if !user.inline_policies.is_empty() {
        "must delete policies first."
    } else {
        let key = Iam::key(&user.name);
        iam.users.remove(&key);
        return Ok(Fields::new());
    };
    Err(Fault::delete_conflict(first))
}
