//! Reads associations, region by region: one listing shows both what the declared instances have and which
//! instances use a profile. What is asked of EC2 and how it is read stands in `ask`.

mod ask;

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;

use crate::cloud::{Class, Fault, Reads};
use crate::kinds::{Found, Survey, SurveyScope};
use crate::model::{Address, Instance, Link, Observed, Reference, Resource, Selector, field, kind};

use ask::States;
pub(super) use ask::{ASSOCIATIONS, associations};
pub(super) use ask::{Row, rows, states};
pub(in crate::kinds::ec2) use ask::{described, filter, instances};

/// Reads the associations. A stack without any can be planned by callers who may not look at EC2.
pub(super) async fn survey(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    let looks = survey
        .regions
        .iter()
        .map(|region| look(reads, survey, region));
    match try_join_all(looks).await {
        Err(fault) if fault.class == Class::Denied && survey.named.is_empty() => Ok(Found {
            unseen_users: Some(format!("the caller may not call {}", fault.call)),
            ..Found::denied("which instances use the profiles", &fault)
        }),
        Err(fault) => Err(fault),
        Ok(regions) => Ok(together(regions)),
    }
}

fn together(regions: Vec<Found>) -> Found {
    let mut all = Found::default();
    for found in regions {
        all.resources.extend(found.resources);
        all.selected.extend(found.selected);
        for (profile, instances) in found.users {
            all.users.entry(profile).or_default().extend(instances);
        }
    }
    all
}

/// The instances that a region's declarations are about.
#[derive(Default)]
struct Targets {
    /// The association of each instance by its address, with the instance's id.
    ids: Vec<(Address, String)>,
    selected: BTreeMap<Address, Vec<String>>,
    states: States,
}

async fn look(reads: &dyn Reads, survey: &Survey<'_>, region: &str) -> Result<Found, Fault> {
    let place = survey.other_region(region);
    let mut targets = targets(reads, survey, place).await?;
    let ids: BTreeSet<&str> = targets.ids.iter().map(|(_, id)| id.as_str()).collect();
    let rows = match survey.breadth {
        SurveyScope::Owned | SurveyScope::Touched => ask::rows(reads, place).await?,
        SurveyScope::Named => ask::rows_of(reads, place, &ids).await?,
    };
    let users = users(&rows, survey);
    let unknown = ids.iter().copied().chain(users.values().flatten().copied());
    let unknown = unknown
        .filter(|id| !targets.states.contains_key(*id))
        .collect();
    let more = ask::states(reads, place, &unknown).await?;
    targets.states.extend(more);
    Ok(gather(&targets, &rows, &users, place))
}

/// Finds the ids of what is declared: they stand there, or their tags do, or another resource launches them.
async fn targets(
    reads: &dyn Reads,
    survey: &Survey<'_>,
    place: Option<&str>,
) -> Result<Targets, Fault> {
    let mut targets = Targets::default();
    for (address, resource) in survey.named {
        let ids = match &resource.selector {
            None if resource.region.as_deref() == place => vec![resource.live_name.clone()],
            Some(Selector::Tags { tags, states, .. }) if resource.region.as_deref() == place => {
                let matching = ask::selected(reads, place, tags, states).await?;
                let ids = matching.keys().cloned().collect();
                targets.states.extend(matching);
                ids
            }
            Some(Selector::Launched(instance)) => launched(survey, instance, place),
            None | Some(Selector::Tags { .. }) => continue,
        };
        if resource.is_template() && !ids.is_empty() {
            targets.selected.insert(address.clone(), ids.clone());
        }
        let each = ids.into_iter().map(|id| (address_of(resource, &id), id));
        targets.ids.extend(each);
    }
    Ok(targets)
}

fn address_of(resource: &Resource, id: &str) -> Address {
    if resource.is_template() {
        resource.address.clone().member(id)
    } else {
        resource.address.clone()
    }
}

/// The id of an instance of the stack, in the region where it is.
fn launched(survey: &Survey<'_>, instance: &Address, place: Option<&str>) -> Vec<String> {
    let observed = survey.found.get(instance);
    let here = observed.filter(|observed| observed.facts.region.as_deref() == place);
    here.and_then(|observed| observed.id.clone())
        .into_iter()
        .collect()
}

/// Instances by profile: those of the stack and of its roles, as far as found so far.
fn users<'a>(rows: &'a [Row], survey: &Survey<'_>) -> BTreeMap<Address, BTreeSet<&'a str>> {
    let mut users: BTreeMap<Address, BTreeSet<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_active()) {
        let profile = Address::new(kind::INSTANCE_PROFILE, &row.profile);
        if survey.found.contains_key(&profile) {
            users.entry(profile).or_default().insert(&row.instance);
        }
    }
    users
}

fn gather(
    targets: &Targets,
    rows: &[Row],
    users: &BTreeMap<Address, BTreeSet<&str>>,
    place: Option<&str>,
) -> Found {
    let mut found = Found {
        selected: targets.selected.clone(),
        ..Found::default()
    };
    for (address, id) in &targets.ids {
        if let Some(state) = targets.states.get(id) {
            let rows = rows.iter().filter(|row| row.instance == *id);
            let observed = observed(state, rows, place);
            found.resources.insert(address.clone(), observed);
        }
    }
    let instance = |id: &&str| Instance {
        id: (*id).to_owned(),
        state: targets.states.get(*id).cloned(),
        region: place.map(str::to_owned),
    };
    let users = users.iter();
    found.users = users
        .map(|(profile, ids)| (profile.clone(), ids.iter().map(instance).collect()))
        .collect();
    found
}

/// During a swap an instance has two rows: the old one disassociating, the new one associating. The row
/// that is coming counts; one that is only going leaves the instance without a profile.
pub(super) fn observed<'a>(
    state: &str,
    rows: impl Iterator<Item = &'a Row>,
    place: Option<&str>,
) -> Observed {
    let mut observed = Observed::default();
    observed.facts.instance_state = Some(state.to_owned());
    observed.facts.region = place.map(str::to_owned);
    for row in rows.filter(|row| row.is_active()) {
        let target = Address::new(kind::INSTANCE_PROFILE, &row.profile);
        let link = Link {
            name: row.profile.clone(),
            id: row.profile_id.clone(),
            target: Some(target.clone()),
        };
        observed.attributes.set(field::INSTANCE_PROFILE, link);
        observed.references.insert(Reference {
            target,
            required: true,
        });
        observed.id.clone_from(&row.association_id);
    }
    observed
}
