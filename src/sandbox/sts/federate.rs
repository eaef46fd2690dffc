//! `GetFederationToken`: a principal that is no user, for whom a user vouches.

use super::policies::Packed;
use super::{Call, credentials, user};
use crate::sandbox::fault::Outcome;
use crate::sandbox::iam;
use crate::sandbox::principal;
use crate::sandbox::rule::Rule;
use crate::sandbox::session::Bearer;
use crate::sandbox::xml::Fields;

pub(super) fn token(call: &Call<'_>) -> Outcome {
    let name = call.form.required(&Rule::FEDERATED_NAME)?;
    let seconds = user::lifetime(call)?;
    let tags = iam::session_tags(call.form)?;
    let packed = Packed::of(call, &tags)?;
    let user = user::vouching(call, "GetFederationToken")?;
    let bearer = Bearer::Federated {
        name: name.to_owned(),
        user: user.name.clone(),
        user_id: user.id.clone(),
        tags,
    };
    let account = &call.iam.account;
    let shown = Fields::new()
        .text("FederatedUserId", format!("{account}:{name}"))
        .text("Arn", principal::federated_arn(account, name));
    Ok(
        credentials(call.now, bearer, seconds, packed.policies.clone())
            .within("FederatedUser", shown)
            .and(packed.shown()),
    )
}
