//! Users and their inline policies in a file of an account's authorization details.

use crate::cloud::{Call, Class, Node};
use crate::kinds::offline::{Details, named};

const LIST: &str = "UserDetailList";

pub(super) const DETAILS: Details = Details {
    lacks: &[],
    not_surveyed: None,
    why_unseen: |file| {
        let is_empty = file.list(&[LIST]).is_empty();
        is_empty.then_some("the file has no users: leave out `--filter`, or add `User`")
    },
    answer,
};

fn answer(file: &Node, call: &Call) -> Result<Node, Class> {
    let user = || named(file.list(&[LIST]), "UserName", call);
    match call.action.as_str() {
        "GetUser" => user().cloned(),
        "GetUserPolicy" => {
            let policies = user()?.list(&["UserPolicyList"]);
            named(policies, "PolicyName", call).cloned()
        }
        _ => Err(Class::Denied),
    }
}
