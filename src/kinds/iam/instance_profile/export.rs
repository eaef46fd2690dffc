//! An instance profile as its document says it, and which profiles an export is about.

use super::InstanceProfile;
use super::survey::{get, holds_found, listing, profile_name};
use crate::cloud::{Class, Fault, Node, Reads};
use crate::kinds::iam::{name, role};
use crate::kinds::survey::each;
use crate::kinds::{Export, ExportContext, ExportSearch, Exported, Found, Members, Reading, tags};
use crate::model::{Address, Observed, Value, field, kind};

impl Export for InstanceProfile {
    fn select<'a>(&'a self, reads: &'a dyn Reads, search: &'a ExportSearch<'a>) -> Reading<'a> {
        Box::pin(select(reads, search))
    }

    /// In the order of the reference.
    fn document(&self, members: &Members<'_>, context: &ExportContext<'_>) -> Option<Exported> {
        let profile = members.values().next()?;
        let mut exported = Exported::default();
        let root = Value::Text(name::ROOT.to_owned());
        exported.copy(profile, field::PATH, Some(&root));
        if let Some(link) = profile.attributes.link(field::ROLE) {
            let seen = profile.facts.role_arn.as_ref();
            let role = context.reference(&role::ARN, &link.name, seen);
            exported.set(field::ROLE, role);
        }
        exported.members(field::TAGS, tags::exported(&profile.attributes));
        Some(exported)
    }
}

/// Finds the profiles that hold a role found before. What else a stack owns is known by tags alone, which no listing
/// has: an export by owner reads every profile.
async fn select(reads: &dyn Reads, search: &ExportSearch<'_>) -> Result<Found, Fault> {
    let by_owner = search.filter.owner.is_some();
    let has_roles = search.found.keys().any(|found| found.kind == kind::ROLE);
    if !by_owner && !has_roles {
        return Ok(Found::default());
    }
    let answer = match reads.ask(&listing()).await {
        Err(fault) if fault.class == Class::Denied => {
            return Ok(Found::denied("instance profiles", &fault));
        }
        answer => answer?,
    };
    let listed = answer.body.list(&["InstanceProfiles"]).iter();
    let wanted = listed.filter(|node| by_owner || holds_found(search.found, node));
    let names: Vec<String> = wanted.filter_map(profile_name).map(str::to_owned).collect();
    let reading = names.into_iter().map(|name| get(reads, name));
    let read: Vec<Option<Node>> = each(reading).await?;
    let profiles = read.iter().flatten().filter_map(|node| {
        let (address, profile) = with_role_arn(node)?;
        let is_meant = holds_found(search.found, node) || search.filter.matches(&profile);
        is_meant.then_some((address, profile))
    });
    Ok(Found::of(profiles))
}

/// The ARN of a role that is not exported names it in the profile's document.
fn with_role_arn(node: &Node) -> Option<(Address, Observed)> {
    let (address, mut profile) = super::survey::observe(node)?;
    let mut roles = node.list(&["Roles"]).iter();
    let arn = roles.find_map(|role| role.text(&["Arn"]));
    profile.facts.role_arn = arn.map(str::to_owned);
    Some((address, profile))
}
