//! Reads instance profiles: which ones concern a stack, and what they hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::{Class, Fault, Node, ReadCall, Reads, Service};
use crate::kinds::survey::each;
use crate::kinds::{Found, Survey, SurveyScope, tags};
use crate::model::{Address, Link, Observed, Reference, field, kind};
use crate::text;

/// How many profiles are read on the chance that they are the stack's: so many calls are left of those that a
/// plan may take beside its pages and one for each profile.
const CHANCES: usize = 4;

/// Reads the profiles that may concern the stack. A caller who may not list them sees the declared ones.
pub(super) async fn survey(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    let declared = || survey.live_names().map(str::to_owned).collect();
    if survey.breadth != SurveyScope::Owned {
        return by_name(reads, declared()).await;
    }
    match reads.ask(&listing()).await {
        Ok(answer) => listed(reads, survey, answer.body.list(&["InstanceProfiles"])).await,
        Err(fault) if fault.class == Class::Denied => {
            let mut found = by_name(reads, declared()).await?;
            found.miss("instance profiles that are not declared", &fault);
            Ok(found)
        }
        Err(fault) => Err(fault),
    }
}

pub(super) fn listing() -> ReadCall {
    ReadCall::new(Service::Iam, "ListInstanceProfiles").with("MaxItems", "1000")
}

/// The listing gives names and roles but no tags. Profiles that are declared or hold a role of the stack are
/// read as well. Any other may be a leftover of the stack, which only its tags show: a few are read, empty ones
/// first, and the number of the others is reported.
async fn listed(reads: &dyn Reads, survey: &Survey<'_>, profiles: &[Node]) -> Result<Found, Fault> {
    let mut all: BTreeSet<String> = names(profiles.iter());
    let (certain, mut others): (Vec<&Node>, Vec<&Node>) =
        profiles.iter().partition(|node| concerns(survey, node));
    // A listing may lag behind: what is declared and not listed is asked for by name.
    let unlisted = survey.live_names().filter(|name| !all.contains(*name));
    let wanted = names(certain.into_iter())
        .into_iter()
        .chain(unlisted.map(str::to_owned))
        .collect();
    let mut found = by_name(reads, wanted).await?;
    others.sort_by_key(|node| (!node.list(&["Roles"]).is_empty(), profile_name(node)));
    let mut unread = others.len();
    for name in others.into_iter().take(CHANCES).filter_map(profile_name) {
        match one(reads, name.to_owned()).await {
            Err(fault) if fault.class == Class::Denied => continue,
            profile => found.resources.extend(
                profile?.filter(|(_, observed)| observed.owner.as_deref() == Some(survey.stack)),
            ),
        }
        unread -= 1;
    }
    if unread > 0 {
        found.blind.push(format!(
            "the tags of {} without a role of stack {}, which would tell whether it left them behind",
            text::count(unread, "instance profile"),
            survey.stack
        ));
    }
    all.extend(found.resources.keys().map(|address| address.name.clone()));
    found.names = Some(all);
    Ok(found)
}

fn names<'a>(nodes: impl Iterator<Item = &'a Node>) -> BTreeSet<String> {
    nodes.filter_map(profile_name).map(str::to_owned).collect()
}

async fn by_name(reads: &dyn Reads, names: Vec<String>) -> Result<Found, Fault> {
    let reading = names.into_iter().map(|name| one(reads, name));
    Ok(Found::of(each(reading).await?.into_iter().flatten()))
}

fn concerns(survey: &Survey<'_>, profile: &Node) -> bool {
    let declared = profile_name(profile).is_some_and(|name| {
        survey
            .named
            .contains_key(&Address::new(kind::INSTANCE_PROFILE, name))
    });
    declared || holds_found(survey.found, profile)
}

/// Whether a profile holds a role that was found before.
pub(super) fn holds_found(found: &BTreeMap<Address, Observed>, profile: &Node) -> bool {
    let mut roles = profile.list(&["Roles"]).iter();
    roles.any(|role| {
        let name = role.text(&["RoleName"]);
        name.is_some_and(|name| found.contains_key(&Address::new(kind::ROLE, name)))
    })
}

pub(super) fn profile_name(node: &Node) -> Option<&str> {
    node.text(&["InstanceProfileName"])
}

async fn one(reads: &dyn Reads, name: String) -> Result<Option<(Address, Observed)>, Fault> {
    Ok(get(reads, name).await?.as_ref().and_then(observe))
}

/// A profile as AWS shows it, with its tags.
pub(super) async fn get(reads: &dyn Reads, name: String) -> Result<Option<Node>, Fault> {
    let call = ReadCall::new(Service::Iam, "GetInstanceProfile").with("InstanceProfileName", name);
    match reads.ask(&call).await {
        Err(fault) if fault.is_missing() => Ok(None),
        Err(fault) => Err(fault),
        Ok(answer) => Ok(answer.body.at(&["InstanceProfile"]).cloned()),
    }
}

pub(super) fn observe(node: &Node) -> Option<(Address, Observed)> {
    let name = profile_name(node)?;
    let mut observed = Observed {
        id: node.text(&["InstanceProfileId"]).map(str::to_owned),
        created: node
            .text(&["CreateDate"])
            .and_then(|time| time.parse().ok()),
        ..Observed::default()
    };
    let path = node.text(&["Path"]).unwrap_or_default();
    observed.attributes.set(field::PATH, path);
    for role in node.list(&["Roles"]) {
        let Some(role_name) = role.text(&["RoleName"]) else {
            continue;
        };
        let target = Address::new(kind::ROLE, role_name);
        let id = role.text(&["RoleId"]).map(str::to_owned);
        let link = Link {
            name: role_name.to_owned(),
            id,
            target: Some(target.clone()),
        };
        observed.attributes.set(field::ROLE, link);
        observed.references.insert(Reference {
            target,
            required: true,
        });
    }
    tags::observe(&mut observed, node.list(&["Tags"]), tags::IAM);
    Some((Address::new(kind::INSTANCE_PROFILE, name), observed))
}
