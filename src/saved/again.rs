//! What differs between a saved plan and the one that manifests lead to now. The file says only what it touches of them, so that
//! plans are compared and not declarations.

use std::collections::{BTreeMap, BTreeSet};

use super::follows::{as_found, changes};
use super::{ManifestDigest, SavedPlan};
use crate::model::{Action, Address, Live};
use crate::plan::Plan;

/// Live state to plan with again: what the plan touches as it was found, the rest as it is. That the former has not moved has
/// to be made sure of before.
pub fn as_planned(saved: &SavedPlan, live: &Live) -> Live {
    as_found(saved, live)
}

/// What of a plan that was made again is not as in the file, a sentence each.
pub fn differences(saved: &SavedPlan, manifests: &ManifestDigest, again: &Plan) -> Vec<String> {
    let mut differences = files(&saved.manifests, manifests);
    if again.stack != saved.plan.stack {
        differences.push(format!(
            "the plan is for stack {}, the manifests are for {}",
            saved.plan.stack, again.stack
        ));
    }
    differences.extend(other_changes(&saved.plan, again));
    if differences.is_empty() && again.steps != saved.plan.steps {
        differences.push("the same changes take other calls".to_owned());
    }
    differences
}

/// Files by their names below the working folder, however that was written.
fn files(planned: &ManifestDigest, now: &ManifestDigest) -> Vec<String> {
    let plain = |digest: &ManifestDigest| -> BTreeSet<(String, String)> {
        let files = digest.files.iter();
        files
            .map(|(name, digest)| (name.trim_start_matches("./").to_owned(), digest.clone()))
            .collect()
    };
    let (planned, now) = (plain(planned), plain(now));
    let names: BTreeSet<&String> = planned
        .symmetric_difference(&now)
        .map(|(name, _)| name)
        .collect();
    let is_in = |files: &BTreeSet<(String, String)>, name| files.iter().any(|(one, _)| one == name);
    names
        .into_iter()
        .map(|name| match (is_in(&planned, name), is_in(&now, name)) {
            (true, true) => format!("{name} is not as it was planned"),
            (true, false) => format!("{name} was planned, and is not among the manifests"),
            (false, _) => format!("{name} was not among the manifests that were planned"),
        })
        .collect()
}

fn other_changes(planned: &Plan, again: &Plan) -> Vec<String> {
    let (planned, again) = (changes(planned), changes(again));
    let addresses: BTreeSet<&Address> = planned.keys().chain(again.keys()).copied().collect();
    let differs = |address: &&Address| planned.get(address) != again.get(address);
    let sentence = |address: &Address| {
        let nothing = (Action::Keep, BTreeMap::new());
        let [(was, before), (is, after)] =
            [&planned, &again].map(|changes| changes.get(address).unwrap_or(&nothing).clone());
        if was == is {
            let paths = before.keys().chain(after.keys()).copied();
            let fields: BTreeSet<String> = paths
                .filter(|path| before.get(path) != after.get(path))
                .map(|path| format!("`{path}`"))
                .collect();
            let fields: Vec<String> = fields.into_iter().collect();
            format!(
                "{address}: the manifests have another {}",
                fields.join(", ")
            )
        } else {
            format!(
                "{address}: {} in the plan, {} from the manifests",
                word(was),
                word(is)
            )
        }
    };
    addresses
        .into_iter()
        .filter(differs)
        .map(sentence)
        .collect()
}

fn word(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Replace => "replace",
        Action::Delete => "delete",
        Action::Adopt => "adopt",
        Action::Detach => "detach",
        Action::Keep => "no change",
    }
}
