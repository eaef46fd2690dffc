//! What is asked of EC2 about associations and instances, and how the answers are read. Which of it is asked is
//! decided next door.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::{Fault, Node, Parameter, ReadCall, Reads, Service};

/// The list in the answer of DescribeIamInstanceProfileAssociations.
pub(in super::super) const ASSOCIATIONS: &str = "iamInstanceProfileAssociationSet";

/// The most values a filter takes (EC2 API reference, Filter).
const FILTER_VALUES: usize = 200;

pub(in super::super) type States = BTreeMap<String, String>;

/// One row of the listing of associations.
pub(in super::super) struct Row {
    pub(in super::super) instance: String,
    pub(super) state: String,
    pub(in super::super) profile: String,
    pub(super) profile_id: Option<String>,
    pub(super) association_id: Option<String>,
}

impl Row {
    /// Whether it is in effect or comes into effect.
    pub(in super::super) fn is_active(&self) -> bool {
        matches!(self.state.as_str(), "associated" | "associating")
    }
}

/// Asks for associations, in a region other than the run's own if one is given.
pub(in super::super) fn associations(region: Option<&str>, filters: Vec<Parameter>) -> ReadCall {
    listing("DescribeIamInstanceProfileAssociations", region, filters)
}

/// Asks for instances.
pub(in crate::kinds::ec2) fn described(region: Option<&str>, filters: Vec<Parameter>) -> ReadCall {
    listing("DescribeInstances", region, filters)
}

fn listing(action: &str, region: Option<&str>, filters: Vec<Parameter>) -> ReadCall {
    let call = ReadCall::new(Service::Ec2, action)
        .with("MaxResults", "1000")
        .in_region(region);
    if filters.is_empty() {
        return call;
    }
    call.with("Filter", Parameter::List(filters))
}

pub(in crate::kinds::ec2) fn filter<'a>(
    name: &str,
    values: impl IntoIterator<Item = &'a str>,
) -> Parameter {
    let values: Parameter = values.into_iter().collect();
    Parameter::map([("Name", name.into()), ("Value", values)])
}

/// All associations of a region.
pub(in super::super) async fn rows(
    reads: &dyn Reads,
    region: Option<&str>,
) -> Result<Vec<Row>, Fault> {
    list(reads, &associations(region, Vec::new())).await
}

/// Those of some instances.
pub(super) async fn rows_of(
    reads: &dyn Reads,
    region: Option<&str>,
    ids: &BTreeSet<&str>,
) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    for ids in chunks(ids) {
        let call = associations(region, vec![filter("instance-id", ids)]);
        rows.extend(list(reads, &call).await?);
    }
    Ok(rows)
}

async fn list(reads: &dyn Reads, call: &ReadCall) -> Result<Vec<Row>, Fault> {
    let answer = reads.ask(call).await?;
    let rows = answer.body.list(&[ASSOCIATIONS]).iter();
    Ok(rows.filter_map(row).collect())
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

/// The states of some instances; those that do not exist are left out.
pub(in super::super) async fn states(
    reads: &dyn Reads,
    region: Option<&str>,
    ids: &BTreeSet<&str>,
) -> Result<States, Fault> {
    let mut states = States::new();
    for ids in chunks(ids) {
        let answer = reads
            .ask(&described(region, vec![filter("instance-id", ids)]))
            .await?;
        states.extend(instances(&answer.body).filter_map(state));
    }
    Ok(states)
}

/// The instances with these tags in one of these states. EC2 takes `*` and `?` in a filter for wildcards, so that
/// the tags of what it finds are compared once more.
pub(super) async fn selected(
    reads: &dyn Reads,
    region: Option<&str>,
    tags: &BTreeMap<String, String>,
    states: &BTreeSet<String>,
) -> Result<States, Fault> {
    let mut filters: Vec<Parameter> = tags
        .iter()
        .map(|(key, value)| {
            filter(
                &format!("tag:{key}"),
                [value.replace('\\', "\\\\").as_str()],
            )
        })
        .collect();
    filters.push(filter(
        "instance-state-name",
        states.iter().map(String::as_str),
    ));
    let answer = reads.ask(&described(region, filters)).await?;
    let found = instances(&answer.body).filter(|instance| {
        let all = instance.list(&["tagSet"]);
        tags.iter().all(|(key, value)| has(all, key, value))
    });
    let found = found.filter_map(state);
    Ok(found.filter(|(_, state)| states.contains(state)).collect())
}

fn has(tags: &[Node], key: &str, value: &str) -> bool {
    tags.iter().any(|tag| {
        tag.text(&["key"]) == Some(key) && tag.text(&["value"]).unwrap_or_default() == value
    })
}

/// The instances in an answer, of whatever reservation.
pub(in crate::kinds::ec2) fn instances(body: &Node) -> impl Iterator<Item = &Node> {
    let reservations = body.list(&["reservationSet"]).iter();
    reservations.flat_map(|reservation| reservation.list(&["instancesSet"]))
}

fn state(instance: &Node) -> Option<(String, String)> {
    let id = instance.text(&["instanceId"])?;
    let state = instance.text(&["instanceState", "name"])?;
    Some((id.to_owned(), state.to_owned()))
}

fn chunks<'a>(ids: &BTreeSet<&'a str>) -> Vec<Vec<&'a str>> {
    let ids: Vec<&str> = ids.iter().copied().collect();
    ids.chunks(FILTER_VALUES).map(<[&str]>::to_vec).collect()
}
