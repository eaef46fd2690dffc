//! Instance profiles in a file of an account's authorization details: each stands in the role that it holds.

use crate::cloud::{Call, Class, Node};
use crate::kinds::iam::role;
use crate::kinds::offline::{Details, is_named, list, member, name};
use crate::model::field;

const NAME: &str = "InstanceProfileName";

pub(super) const DETAILS: Details = Details {
    lacks: &[field::TAGS],
    not_surveyed: Some(
        "whose instance profiles are: the file does not have their tags, and declared ones are taken for the stack's",
    ),
    why_unseen: |_| Some("the file has only the instance profiles that hold a role"),
    answer,
};

fn answer(file: &Node, call: &Call) -> Result<Node, Class> {
    match call.action.as_str() {
        "ListInstanceProfiles" => {
            let profiles: Vec<Node> = held(file).map(with_role).collect();
            Ok(list("InstanceProfiles", &profiles))
        }
        "GetInstanceProfile" => {
            let name = name(call, NAME)?;
            let mut held = held(file);
            let found = held.find(|(_, profile)| is_named(profile, NAME, name));
            let found = found.map(with_role).ok_or(Class::Missing)?;
            Ok(member("InstanceProfile", found))
        }
        _ => Err(Class::Denied),
    }
}

/// The roles that are in profiles, each with its profile.
fn held(file: &Node) -> impl Iterator<Item = (&Node, &Node)> {
    file.list(&[role::DETAIL_LIST]).iter().flat_map(|role| {
        let profiles = role.list(&["InstanceProfileList"]).iter();
        profiles.map(move |profile| (role, profile))
    })
}

fn with_role((role, profile): (&Node, &Node)) -> Node {
    let mut profile = profile.clone();
    if profile.list(&["Roles"]).is_empty() {
        profile.merge(list("Roles", std::slice::from_ref(role)));
    }
    profile
}
