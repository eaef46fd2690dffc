//! Finds the instances that are the stack's by their tags, and what they are like. Only declared fields are looked
//! at: what EC2 chose by itself is not managed. How one instance is read stands in `observe`.

mod observe;

use std::collections::BTreeMap;

use futures::future::try_join_all;

use crate::cloud::{Class, Fault, Node, Parameter, Reads};
use crate::kinds::ec2::instance_association::{described, filter, instances};
use crate::kinds::survey::each;
use crate::kinds::{Found, Survey, SurveyScope};
use crate::model::{Address, NAME_TAG, Observed, STACK_TAG, kind};
use observe::Question;

/// The most values a filter takes (EC2 API reference, Filter).
const FILTER_VALUES: usize = 200;

/// One instance with the stack's tag.
struct Seen {
    id: String,
    state: String,
    /// Its region, where that is not the run's own.
    region: Option<String>,
    node: Node,
}

impl Seen {
    /// Whether it is there: every other one is on its way out, or out (EC2 API reference, InstanceState).
    fn is_live(&self) -> bool {
        matches!(
            self.state.as_str(),
            "pending" | "running" | "stopping" | "stopped"
        )
    }

    fn spoken(&self) -> String {
        match &self.region {
            Some(region) => format!("{} ({region})", self.id),
            None => self.id.clone(),
        }
    }
}

/// Which fields of an instance are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Those that are declared.
    Declared,
    /// All that a document could declare.
    Whole,
}

pub(super) async fn survey(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    survey_of(reads, survey, Depth::Declared).await
}

/// Reads the instances. A stack without any can be planned by callers who may not look at EC2.
pub(super) async fn survey_of(
    reads: &dyn Reads,
    survey: &Survey<'_>,
    depth: Depth,
) -> Result<Found, Fault> {
    if survey.breadth != SurveyScope::Owned && survey.named.is_empty() {
        return Ok(Found::default());
    }
    let looks = survey
        .regions
        .iter()
        .map(|region| look(reads, survey, survey.other_region(region)));
    match try_join_all(looks).await {
        Err(fault) if fault.class == Class::Denied && survey.named.is_empty() => {
            Ok(Found::denied("instances that the stack launched", &fault))
        }
        Err(fault) => Err(fault),
        Ok(seen) => gather(reads, survey, depth, seen.into_iter().flatten()).await,
    }
}

/// The instances of a region that carry the stack's tag.
async fn look(
    reads: &dyn Reads,
    survey: &Survey<'_>,
    region: Option<&str>,
) -> Result<Vec<Seen>, Fault> {
    let mut seen = Vec::new();
    for names in names(survey) {
        let ours = filter(&format!("tag:{STACK_TAG}"), [survey.stack]);
        let filters = std::iter::once(ours).chain(names).collect();
        let answer = reads.ask(&described(region, filters)).await?;
        let found =
            instances(&answer.body).filter(|node| tag(node, STACK_TAG) == Some(survey.stack));
        seen.extend(found.filter_map(|node| {
            Some(Seen {
                id: node.text(&["instanceId"])?.to_owned(),
                state: node.text(&["instanceState", "name"])?.to_owned(),
                region: region.map(str::to_owned),
                node: node.clone(),
            })
        }));
    }
    Ok(seen)
}

/// One filter by name for each call; none where everything of the stack is looked for.
fn names(survey: &Survey<'_>) -> Vec<Option<Parameter>> {
    if survey.breadth == SurveyScope::Owned {
        return vec![None];
    }
    let names: Vec<&str> = survey.live_names().collect();
    let parts = names.chunks(FILTER_VALUES);
    parts
        .map(|names| Some(filter(&format!("tag:{NAME_TAG}"), names.iter().copied())))
        .collect()
}

fn tag<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    let mut tags = node.list(&["tagSet"]).iter();
    tags.find(|tag| tag.text(&["key"]) == Some(key))?
        .text(&["value"])
}

async fn gather(
    reads: &dyn Reads,
    survey: &Survey<'_>,
    depth: Depth,
    all: impl Iterator<Item = Seen>,
) -> Result<Found, Fault> {
    let mut found = Found::default();
    let mut named: BTreeMap<String, Vec<Seen>> = BTreeMap::new();
    for seen in all {
        match tag(&seen.node, NAME_TAG) {
            Some(name) => named.entry(name.to_owned()).or_default().push(seen),
            None if seen.is_live() => found.blind.push(nameless(&seen)),
            None => {}
        }
    }
    let reading = named
        .into_iter()
        .map(|(name, seen)| resource(reads, (survey, depth), name, seen));
    let read: Vec<Option<Read>> = each(reading).await?;
    let mut denied = None;
    for read in read.into_iter().flatten() {
        denied = denied.or(read.denied);
        found.resources.insert(read.address, read.observed);
    }
    found.blind.extend(denied.map(|call| {
        format!("whether instances are protected from termination: the caller may not call {call}")
    }));
    Ok(found)
}

/// What somebody took the name from is nobody's to terminate.
fn nameless(seen: &Seen) -> String {
    format!(
        "which resource instance {} is: it carries the tag `{STACK_TAG}` of the stack, and no `{NAME_TAG}`",
        seen.spoken()
    )
}

/// One resource as it was read.
struct Read {
    address: Address,
    observed: Observed,
    /// The call that was refused, where doing without is possible.
    denied: Option<String>,
}

/// All instances of one name: the live one, or what is left of the one there was.
async fn resource(
    reads: &dyn Reads,
    (survey, depth): (&Survey<'_>, Depth),
    name: String,
    mut seen: Vec<Seen>,
) -> Result<Option<Read>, Fault> {
    seen.sort_by(|one, other| one.id.cmp(&other.id));
    let (live, gone): (Vec<Seen>, Vec<Seen>) = seen.into_iter().partition(Seen::is_live);
    let address = Address::new(kind::INSTANCE, &name);
    let desired = survey.named.get(&address).copied();
    let mut denied = None;
    let mut observed = match (live.first(), gone.first()) {
        (Some(seen), _) => {
            let question = Question {
                desired,
                depth,
                owned: survey.breadth == SurveyScope::Owned,
                setting: survey.setting,
            };
            let read = question.read(reads, seen).await?;
            denied = read.1;
            read.0
        }
        (None, Some(seen)) if desired.is_some() => left_behind(survey, seen),
        (None, _) => return Ok(None),
    };
    let facts = &mut observed.facts;
    facts.predecessors = gone.into_iter().map(|seen| seen.id).collect();
    if live.len() > 1 {
        facts.twins = live.iter().map(Seen::spoken).collect();
    }
    Ok(Some(Read {
        address,
        observed,
        denied,
    }))
}

/// An instance that is there no more, as far as the next one needs to know.
fn left_behind(survey: &Survey<'_>, seen: &Seen) -> Observed {
    let mut observed = Observed {
        owner: Some(survey.stack.to_owned()),
        ..Observed::default()
    };
    observed.facts.instance_state = Some(seen.state.clone());
    observed
}
