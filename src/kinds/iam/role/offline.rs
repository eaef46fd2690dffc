//! Roles in a file of an account's authorization details.

use crate::cloud::{Call, Class, Node};
use crate::kinds::offline::{Details, list};
use crate::model::field;

/// The list of roles; the profiles that hold them stand in it.
pub(in crate::kinds::iam) const DETAIL_LIST: &str = "RoleDetailList";

/// What the answer leaves out: IAM API reference, RoleDetail.
pub(super) const DETAILS: Details = Details {
    lacks: &[field::DESCRIPTION, field::MAX_SESSION_DURATION],
    not_surveyed: Some(
        "`description` and `maxSessionDuration` of roles, which the file does not have",
    ),
    why_unseen: |file| {
        let is_empty = file.list(&[DETAIL_LIST]).is_empty();
        is_empty.then_some("the file has no roles: leave out `--filter`, or add `Role`")
    },
    answer,
};

/// A declared role is asked for by name only where the lists do not have it.
fn answer(file: &Node, call: &Call) -> Result<Node, Class> {
    let roles = file.list(&[DETAIL_LIST]);
    match call.action.as_str() {
        "GetAccountAuthorizationDetails" => Ok(list(DETAIL_LIST, roles)),
        "ListRoles" => Ok(list("Roles", roles)),
        "GetRole" => Err(Class::Missing),
        _ => Err(Class::Denied),
    }
}
