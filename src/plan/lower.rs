//! From decisions to steps: every call with its relations, in an order that holds. Nothing is left to decide.

use std::collections::{BTreeMap, BTreeSet};

use super::blast::Uses;
use super::decide::Decisions;
use super::{Action, Change, Step, Waves, wave};
use crate::diagnostic::{Diagnostic, Problems};
use crate::graph::Graph;
use crate::kinds::{self, Kind, Lowering, Renewal, StepDraft, StepDrafts};
use crate::model::{Address, Desired, Live};

/// Where a draft stands: the resource's position, its phase and the draft's position. Ties between steps
/// that may run at any time go by this.
type Key = (usize, Phase, usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Tear,
    Build,
}

/// All drafts of a plan.
struct Lowered<'a> {
    changes: Vec<(&'a Change, StepDrafts)>,
    /// Resources that leave with their instance, whose own drafts wait for what they hold.
    carried: &'a BTreeSet<Address>,
}

/// The steps of all changes. Fails when something that stays holds on to something that goes.
pub(super) fn steps(
    decisions: &Decisions,
    rollouts: &[Waves],
    desired: &Desired,
    live: &Live,
    uses: &Uses<'_>,
) -> Result<Vec<Step>, Problems> {
    let lowered = Lowered::new(decisions, live);
    let problems = lowered.held(desired, live, uses);
    let graph = lowered.graph();
    let order = graph.order().map_err(|cycle| {
        let titles: Vec<&str> = cycle
            .0
            .iter()
            .map(|key| lowered.draft(*key).title.as_str())
            .collect();
        Problems::from(Diagnostic::error(
            "cycle",
            format!(
                "steps wait for each other in a circle: {}",
                titles.join(" -> ")
            ),
        ))
    })?;
    let waves = wave::by_resource(rollouts);
    let ids: BTreeMap<Key, usize> = order
        .iter()
        .enumerate()
        .map(|(id, key)| (*key, id))
        .collect();
    let steps = order
        .iter()
        .map(|key| lowered.step(*key, &graph, &ids))
        .map(|step| Step {
            wave: waves.get(&step.address).cloned(),
            ..step
        })
        .collect();
    problems.or_value(steps)
}

impl<'a> Lowered<'a> {
    fn new(decisions: &'a Decisions, live: &'a Live) -> Self {
        let changes = decisions
            .changes
            .iter()
            .filter(|change| change.action != Action::Keep);
        let lower = |change: &'a Change| {
            let kind = kinds::find(change.address.kind);
            let desired = decisions.resolved.get(&change.address);
            let paths: Vec<_> = change.edits.iter().map(|edit| edit.path.clone()).collect();
            let lowering = Lowering {
                action: change.action,
                desired,
                observed: live.resources.get(&change.address),
                changed: &paths,
                target_is_replaced: decisions.relinked.contains(&change.address),
                renewal: decisions
                    .renewed
                    .get(&change.address)
                    .unwrap_or(&Renewal::None),
                live_name: desired.map_or(change.address.name.as_str(), |desired| {
                    desired.live_name.as_str()
                }),
                setting: &live.setting,
                caller: &live.caller.arn,
                quotas: &live.quotas,
            };
            let drafts = if decisions.carried.contains(&change.address) {
                StepDrafts::default()
            } else {
                guarded(kind.drafts(&lowering), kind, &lowering)
            };
            Some((change, drafts))
        };
        Self {
            changes: changes.filter_map(lower).collect(),
            carried: &decisions.carried,
        }
    }

    fn draft(&self, (resource, phase, position): Key) -> &StepDraft {
        let drafts = &self.changes[resource].1;
        match phase {
            Phase::Tear => &drafts.teardown[position],
            Phase::Build => &drafts.build[position],
        }
    }

    fn keys_of(&self, resource: usize) -> impl Iterator<Item = Key> + use<> {
        let StepDrafts { teardown, build } = &self.changes[resource].1;
        let (teardown, build) = (teardown.len(), build.len());
        (0..teardown)
            .map(move |position| (resource, Phase::Tear, position))
            .chain((0..build).map(move |position| (resource, Phase::Build, position)))
    }

    fn keys(&self) -> impl Iterator<Item = Key> {
        (0..self.changes.len()).flat_map(|resource| self.keys_of(resource))
    }

    fn graph(&self) -> Graph<Key> {
        let mut graph = Graph::new(self.keys());
        let positions: BTreeMap<&Address, usize> = self
            .changes
            .iter()
            .enumerate()
            .map(|(at, (change, _))| (&change.address, at))
            .collect();
        let mut preferred = Vec::new();
        for key in self.keys() {
            for earlier in self.earlier(key) {
                graph.need(&key, &earlier);
            }
            let draft = self.draft(key);
            for target in draft
                .needs
                .iter()
                .filter_map(|address| positions.get(address))
            {
                let builds = self.phase(*target, Phase::Build);
                if self.comes_into_being(*target) {
                    builds.for_each(|other| graph.need(&key, &other));
                } else {
                    preferred.extend(builds.map(|other| (key, other)));
                }
            }
            for target in draft
                .releases
                .iter()
                .filter_map(|address| positions.get(address))
            {
                if matches!(
                    self.changes[*target].0.action,
                    Action::Delete | Action::Replace
                ) {
                    self.phase(*target, Phase::Tear)
                        .for_each(|other| graph.need(&other, &key));
                }
            }
        }
        // What is there already is waited for as well, unless it waits in turn: roles may trust each other.
        for (key, other) in preferred {
            graph.prefer(&key, &other);
        }
        graph
    }

    fn comes_into_being(&self, resource: usize) -> bool {
        matches!(
            self.changes[resource].0.action,
            Action::Create | Action::Replace
        )
    }

    fn phase(&self, resource: usize, phase: Phase) -> impl Iterator<Item = Key> + use<> {
        self.keys_of(resource)
            .filter(move |(_, other, _)| *other == phase)
    }

    /// The drafts of the same resource that a draft waits for: those of the nearest earlier stage.
    fn earlier(&self, key: Key) -> Vec<Key> {
        let rank = |key: Key| (key.1, self.draft(key).stage);
        let mine = rank(key);
        let before: Vec<Key> = self
            .keys_of(key.0)
            .filter(|other| rank(*other) < mine)
            .collect();
        let nearest = before.iter().map(|other| rank(*other)).max();
        before
            .into_iter()
            .filter(|other| Some(rank(*other)) == nearest)
            .collect()
    }

    fn step(&self, key: Key, graph: &Graph<Key>, ids: &BTreeMap<Key, usize>) -> Step {
        let address = &self.changes[key.0].0.address;
        let StepDraft {
            title,
            call,
            stage: _,
            needs: _,
            releases: _,
            subjects,
            lookups,
            merge,
            shares,
            ready,
            precondition,
            goal,
            settled,
            makes,
            removes,
            on_missing,
        } = self.draft(key).clone();
        Step {
            id: ids[&key],
            address: address.clone(),
            title,
            needs: graph.needs(&key).map(|other| ids[other]).collect(),
            lane: shares.unwrap_or_else(|| address.to_string()),
            lookups,
            merge,
            ready,
            precondition,
            call,
            goal,
            settled,
            makes: makes.then(|| address.clone()),
            removes: removes.then(|| address.clone()),
            subjects,
            on_missing,
            wave: None,
        }
    }

    /// What goes while something that stays still names it.
    fn held(&self, desired: &Desired, live: &Live, uses: &Uses<'_>) -> Problems {
        let released: BTreeSet<(&Address, &Address)> = self
            .keys()
            .flat_map(|key| {
                let holder = &self.changes[key.0].0.address;
                let releases = self.draft(key).releases.iter();
                releases.map(move |target| (holder, target))
            })
            .collect();
        let goes = |change: &Change| matches!(change.action, Action::Delete | Action::Replace);
        let gone = self
            .changes
            .iter()
            .map(|(change, _)| *change)
            .filter(|change| goes(change));
        gone.flat_map(|change| {
            uses.holders(&change.address)
                .map(move |holder| (holder, change))
        })
        .filter(|(holder, change)| !released.contains(&(*holder, &change.address)))
        .filter(|(holder, _)| !self.carried.contains(*holder))
        .map(|(holder, change)| still_referenced(holder, change, desired, live))
        .collect()
    }
}

/// The drafts with what must still be true of their resource: what was found while it is worked on, and what this run
/// makes once it is made.
fn guarded(mut drafts: StepDrafts, kind: &dyn Kind, lowering: &Lowering<'_>) -> StepDrafts {
    let found = lowering.observed;
    let remakes = matches!(lowering.action, Action::Create | Action::Replace);
    let built = if remakes { None } else { found };
    let of_found = found.and_then(|found| kind.precondition(lowering, Some(found)));
    let of_built = kind.precondition(lowering, built);
    for draft in &mut drafts.teardown {
        draft.precondition.clone_from(&of_found);
    }
    for draft in drafts.build.iter_mut().filter(|draft| !draft.makes) {
        draft.precondition.clone_from(&of_built);
    }
    drafts
}

fn still_referenced(
    holder: &Address,
    change: &Change,
    desired: &Desired,
    live: &Live,
) -> Diagnostic {
    let message = format!(
        "{} cannot be deleted: {holder} still refers to it and stays as it is",
        change.address
    );
    let owner = live
        .resources
        .get(holder)
        .and_then(|observed| observed.owner.as_deref());
    let hint = if owner == Some(desired.stack.name.as_str()) {
        format!("declare {holder} without it, or delete {holder} as well with `--prune`")
    } else {
        format!(
            "remove it from {holder} first, or let this stack manage {holder} (`metadata.adopt: true`)"
        )
    };
    Diagnostic::error("still-referenced", message)
        .at(change.place.clone())
        .hint(hint)
}
