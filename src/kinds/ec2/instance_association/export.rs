//! Which associations an export is about, and their documents: one for each profile, with the ids of its instances.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::super::is_gone;
use super::InstanceAssociation;
use super::survey::{Row, observed, rows, states};
use crate::cloud::{Class, Fault, Reads};
use crate::kinds::iam::instance_profile;
use crate::kinds::{Export, ExportContext, ExportSearch, Exported, Found, Members, Reading};
use crate::model::{Address, Observed, field, kind};

impl Export for InstanceAssociation {
    fn select<'a>(&'a self, reads: &'a dyn Reads, search: &'a ExportSearch<'a>) -> Reading<'a> {
        Box::pin(select(reads, search))
    }

    /// All instances of one profile.
    fn document(&self, members: &Members<'_>, context: &ExportContext<'_>) -> Option<Exported> {
        let first = members.values().next()?;
        let link = first.attributes.link(field::INSTANCE_PROFILE)?;
        let target = Address::new(kind::INSTANCE_PROFILE, &link.name);
        let profile = context.reference(&instance_profile::ARN, &link.name, None);
        let ids: Vec<&String> = members
            .keys()
            .filter_map(|address| address.member.as_ref())
            .collect();
        let mut exported = Exported::default();
        let instances = json!({ "ids": ids });
        exported.spec.insert("instances".to_owned(), instances);
        exported.set(field::INSTANCE_PROFILE, profile);
        if !context.documents.contains(&target) {
            let why = format!("instance profile `{}` is not declared here", link.name);
            exported.obstacle = Some(why);
        }
        let now = context.found.get(&target);
        exported.remarks.extend(former(members, now));
        Some(exported)
    }
}

/// Finds the instances of the run's region that use a profile found before. Those that the stack launched say
/// themselves which profile they have.
async fn select(reads: &dyn Reads, search: &ExportSearch<'_>) -> Result<Found, Fault> {
    let is_profile = |found: &Address| found.kind == kind::INSTANCE_PROFILE;
    if !search.found.keys().any(is_profile) {
        return Ok(Found::default());
    }
    match associations(reads, search).await {
        Err(fault) if fault.class == Class::Denied => {
            Ok(Found::denied("which instances use the profiles", &fault))
        }
        result => result,
    }
}

async fn associations(reads: &dyn Reads, search: &ExportSearch<'_>) -> Result<Found, Fault> {
    let launched = launched(search.found);
    let is_meant = |row: &&Row| {
        let profile = Address::new(kind::INSTANCE_PROFILE, &row.profile);
        row.is_active()
            && search.found.contains_key(&profile)
            && !launched.contains(row.instance.as_str())
    };
    let all = rows(reads, None).await?;
    let meant: Vec<&Row> = all.iter().filter(is_meant).collect();
    let ids = meant.iter().map(|row| row.instance.as_str()).collect();
    let states = states(reads, None, &ids).await?;
    let resources = meant.into_iter().filter_map(|row| {
        let state = states.get(&row.instance)?;
        let observed = observed(state, std::iter::once(row), None);
        let address =
            Address::new(kind::INSTANCE_ASSOCIATION, &name(row, search)).member(&row.instance);
        // It will be without a profile in a moment.
        (!is_gone(&observed)).then_some((address, observed))
    });
    Ok(Found::of(resources))
}

/// The name of the profile, where no instance has it: such a one declares an association of its own name.
fn name(row: &Row, search: &ExportSearch<'_>) -> String {
    let is_taken = |name: &str| {
        let instance = Address::new(kind::INSTANCE, name);
        search.found.contains_key(&instance)
    };
    let mut name = row.profile.clone();
    while is_taken(&name) {
        name.push_str("-instances");
    }
    name
}

fn launched(found: &BTreeMap<Address, Observed>) -> BTreeSet<&str> {
    let instances = found.iter();
    let instances = instances.filter(|(address, _)| address.kind == kind::INSTANCE);
    instances
        .filter_map(|(_, observed)| observed.id.as_deref())
        .collect()
}

/// An instance may still have a profile that was deleted and created again under its name, which a plan corrects.
fn former(members: &Members<'_>, profile: Option<&Observed>) -> Vec<String> {
    let Some(id) = profile.and_then(|profile| profile.id.as_ref()) else {
        return Vec::new();
    };
    let has_former = |observed: &Observed| {
        let link = observed.attributes.link(field::INSTANCE_PROFILE);
        link.and_then(|link| link.id.as_ref())
            .is_some_and(|had| had != id)
    };
    let former = members.iter().filter(|(_, observed)| has_former(observed));
    let members = former.filter_map(|(address, _)| address.member.as_ref());
    members
        .map(|instance| {
            format!("{instance} has a former profile of this name: applying associates it anew")
        })
        .collect()
}
