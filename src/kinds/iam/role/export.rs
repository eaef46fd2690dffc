//! A role as its document says it, and which roles an export is about.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::declare::DEFAULT_SESSION;
use super::survey::{Bulk, by_name, listing};
use super::{Role, observe};
use crate::cloud::{Fault, Reads};
use crate::kinds::iam::name;
use crate::kinds::{
    Export, ExportContext, ExportFilter, ExportSearch, Exported, Found, Members, Reading, tags,
};
use crate::model::{Address, Observed, Value, field, kind};

/// Up to so many roles are read one by one; in bulk it takes two calls a page, however many are meant.
const FEW: usize = 3;

impl Export for Role {
    fn select<'a>(&'a self, reads: &'a dyn Reads, search: &'a ExportSearch<'a>) -> Reading<'a> {
        Box::pin(select(reads, search.filter))
    }

    /// In the order of the reference, policies in IAM's own words.
    fn document(&self, members: &Members<'_>, _: &ExportContext<'_>) -> Option<Exported> {
        let role = members.values().next()?;
        let mut exported = Exported::default();
        let root = Value::Text(name::ROOT.to_owned());
        exported.copy(role, field::PATH, Some(&root));
        exported.copy(role, field::DESCRIPTION, None);
        let usual = Value::Number(DEFAULT_SESSION);
        exported.copy(role, field::MAX_SESSION_DURATION, Some(&usual));
        exported.copy(role, field::TRUST_POLICY, None);
        inline(role, &mut exported);
        exported.names(role, field::MANAGED_POLICIES);
        exported.copy(role, field::PERMISSIONS_BOUNDARY, None);
        exported.members(field::TAGS, tags::exported(&role.attributes));
        Some(exported)
    }
}

/// The `spec` of a role with a description, for manifests that are written for people.
pub fn role_spec(description: &str, trust_policy: &Json, inline_policies: &Json) -> Json {
    json!({
        field::DESCRIPTION.as_str(): description,
        field::TRUST_POLICY.as_str(): trust_policy,
        field::INLINE_POLICIES.as_str(): inline_policies,
    })
}

/// Finds the roles that are chosen.
async fn select(reads: &dyn Reads, filter: &ExportFilter) -> Result<Found, Fault> {
    let chosen: Vec<Address> = filter
        .named(kind::ROLE)
        .map(|name| Address::new(kind::ROLE, name))
        .collect();
    match chosen.len() {
        0 if !filter.has_conditions() => Ok(Found::default()),
        1..=FEW => one_by_one(reads, &chosen).await,
        _ => in_bulk(reads, filter, &chosen).await,
    }
}

/// The names that there are are asked for only where one that was given is not among them.
async fn one_by_one(reads: &dyn Reads, chosen: &[Address]) -> Result<Found, Fault> {
    let mut found = Found::of(by_name(reads, chosen).await?);
    if found.resources.len() < chosen.len() {
        let listed = reads.ask(&listing()).await?;
        let roles = listed.body.list(&["Roles"]).iter();
        let addresses = roles.filter_map(observe::address);
        found.names = Some(addresses.map(|address| address.name).collect());
    }
    Ok(found)
}

/// What only one of the two bulk answers has is read by name, as is what was named and is in none.
async fn in_bulk(
    reads: &dyn Reads,
    filter: &ExportFilter,
    chosen: &[Address],
) -> Result<Found, Fault> {
    let bulk = Bulk {
        is_wanted: &|address, role| filter.means(address, role),
        is_read_again: &|_| true,
    };
    let (mut found, late) = bulk.gather(reads).await?;
    let is_found = |named: &&Address| {
        let mut found = found.resources.keys();
        found.any(|address| address.name.eq_ignore_ascii_case(&named.name))
    };
    let missing = chosen.iter().filter(|named| !is_found(named)).cloned();
    let late: BTreeSet<Address> = late.into_iter().chain(missing).collect();
    found.resources.extend(by_name(reads, &late).await?);
    Ok(found)
}

/// What is no JSON object cannot stand in a manifest, and must not be removed because of that.
fn inline(role: &Observed, exported: &mut Exported) {
    let mut policies = Map::new();
    for (name, value) in role.attributes.members(field::INLINE_POLICIES) {
        match value {
            Value::Policy(document) if document.is_readable() => {
                policies.insert(name.to_owned(), document.json().clone());
            }
            _ => exported.remarks.push(format!(
                "inline policy `{name}` is no JSON object: it is left as it is"
            )),
        }
    }
    exported.members(field::INLINE_POLICIES, policies);
    if !exported.remarks.is_empty() {
        let additive = Json::from("additive");
        exported
            .spec
            .insert("inlinePolicyMode".to_owned(), additive);
    }
}
