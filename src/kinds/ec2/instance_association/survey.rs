//! Reads associations: one listing of the region tells both what declared instances have and which
//! instances use a profile; a second one tells the instances' states.

use std::collections::{BTreeMap, BTreeSet};

use super::INSTANCE_PROFILE;
use crate::cloud::{Class, Fault, Node, Parameter, ReadCall, Reads, Service};
use crate::kinds::iam::instance_profile;
use crate::kinds::{Breadth, Found, INSTANCE_STATE, Survey};
use crate::model::{Address, FieldPath, Instance, Link, Observed, Reference, Value};

/// The list in the answer of DescribeIamInstanceProfileAssociations.
pub(super) const ASSOCIATIONS: &str = "iamInstanceProfileAssociationSet";

/// The most values a filter takes (EC2 API reference, Filter).
const FILTER_VALUES: usize = 200;

/// One row of the listing.
struct Row {
    instance: String,
    state: String,
    profile: String,
    profile_id: Option<String>,
    association_id: Option<String>,
}

/// Reads the associations. A stack without any can be planned by callers who may not look at EC2.
pub(super) async fn survey(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    match look(reads, survey).await {
        Err(fault) if fault.class == Class::Denied && survey.named.is_empty() => Ok(Found {
            blind: vec![format!(
                "which instances use the profiles: the caller may not call {}",
                fault.call
            )],
            unseen_users: Some(format!("the caller may not call {}", fault.call)),
            ..Found::default()
        }),
        result => result,
    }
}

async fn look(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    let rows = match survey.breadth {
        Breadth::Owned => list(reads, None).await?,
        Breadth::Named => {
            let ids: Vec<&str> = survey.named.values().map(String::as_str).collect();
            let mut rows = Vec::new();
            for ids in ids.chunks(FILTER_VALUES) {
                rows.extend(list(reads, Some(ids)).await?);
            }
            rows
        }
    };
    let users = users(&rows, survey);
    let mut wanted: BTreeSet<&str> = survey.named.values().map(String::as_str).collect();
    wanted.extend(users.values().flatten().map(String::as_str));
    let states = states(reads, &wanted).await?;
    Ok(gather(survey, &rows, &users, &states))
}

async fn list(reads: &dyn Reads, ids: Option<&[&str]>) -> Result<Vec<Row>, Fault> {
    let mut call = ReadCall::new(Service::Ec2, "DescribeIamInstanceProfileAssociations")
        .with("MaxResults", "1000");
    if let Some(ids) = ids {
        call = call.with("Filter", filter("instance-id", ids));
    }
    let answer = reads.ask(&call).await?;
    Ok(answer
        .body
        .list(&[ASSOCIATIONS])
        .iter()
        .filter_map(row)
        .collect())
}

/// One filter, as a list parameter.
pub(super) fn filter(name: &str, values: &[&str]) -> Parameter {
    let values: Parameter = values.iter().copied().collect();
    Parameter::List(vec![Parameter::map([
        ("Name", name.into()),
        ("Value", values),
    ])])
}

fn row(node: &Node) -> Option<Row> {
    let arn = node.text(&["iamInstanceProfile", "arn"])?;
    Some(Row {
        instance: node.text(&["instanceId"])?.to_owned(),
        state: node.text(&["state"])?.to_owned(),
        profile: arn.rsplit('/').next().unwrap_or(arn).to_owned(),
        profile_id: node.text(&["iamInstanceProfile", "id"]).map(str::to_owned),
        association_id: node.text(&["associationId"]).map(str::to_owned),
    })
}

/// Instances by profile: those of the stack and of its roles, as far as found so far.
fn users(rows: &[Row], survey: &Survey<'_>) -> BTreeMap<Address, BTreeSet<String>> {
    let mut users: BTreeMap<Address, BTreeSet<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| is_active(row)) {
        let profile = Address::new(instance_profile::KIND, &row.profile);
        if survey.found.contains_key(&profile) {
            users
                .entry(profile)
                .or_default()
                .insert(row.instance.clone());
        }
    }
    users
}

fn is_active(row: &Row) -> bool {
    matches!(row.state.as_str(), "associated" | "associating")
}

async fn states(
    reads: &dyn Reads,
    ids: &BTreeSet<&str>,
) -> Result<BTreeMap<String, String>, Fault> {
    let ids: Vec<&str> = ids.iter().copied().collect();
    let mut states = BTreeMap::new();
    for ids in ids.chunks(FILTER_VALUES) {
        let call = ReadCall::new(Service::Ec2, "DescribeInstances")
            .with("Filter", filter("instance-id", ids))
            .with("MaxResults", "1000");
        let answer = reads.ask(&call).await?;
        let reservations = answer.body.list(&["reservationSet"]).iter();
        for instance in reservations.flat_map(|reservation| reservation.list(&["instancesSet"])) {
            if let (Some(id), Some(state)) = (
                instance.text(&["instanceId"]),
                instance.text(&["instanceState", "name"]),
            ) {
                states.insert(id.to_owned(), state.to_owned());
            }
        }
    }
    Ok(states)
}

fn gather(
    survey: &Survey<'_>,
    rows: &[Row],
    users: &BTreeMap<Address, BTreeSet<String>>,
    states: &BTreeMap<String, String>,
) -> Found {
    let mut found = Found::default();
    for (address, id) in survey.named {
        if let Some(state) = states.get(id) {
            let rows = rows.iter().filter(|row| row.instance == *id);
            found
                .resources
                .insert(address.clone(), observed(state, rows));
        }
    }
    found.users = users
        .iter()
        .map(|(profile, ids)| (profile.clone(), instances(ids, states)))
        .collect();
    found
}

fn instances(ids: &BTreeSet<String>, states: &BTreeMap<String, String>) -> Vec<Instance> {
    ids.iter()
        .map(|id| Instance {
            id: id.clone(),
            state: states.get(id).cloned(),
        })
        .collect()
}

/// During a swap an instance has two rows: the old one disassociating, the new one associating. The row
/// that is coming counts; one that is only going leaves the instance without a profile.
fn observed<'a>(state: &str, rows: impl Iterator<Item = &'a Row>) -> Observed {
    let mut observed = Observed::default();
    observed
        .facts
        .insert(INSTANCE_STATE.to_owned(), state.to_owned());
    for row in rows.filter(|row| is_active(row)) {
        let target = Address::new(instance_profile::KIND, &row.profile);
        let link = Link {
            name: row.profile.clone(),
            id: row.profile_id.clone(),
            target: Some(target.clone()),
        };
        observed
            .attributes
            .insert(FieldPath::new(INSTANCE_PROFILE), Value::Link(link));
        observed.references.insert(Reference {
            target,
            required: true,
        });
        observed.id.clone_from(&row.association_id);
    }
    observed
}
