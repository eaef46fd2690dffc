//! From an InstanceAssociation's `spec` to one association per instance, or to one that stands for those a selector
//! will find.

use std::collections::BTreeSet;

use super::super::check_id;
use super::spec::{Attachment, InstanceAssociationSpec, InstanceState, Instances, RolloutSpec};
use crate::kinds::iam::instance_profile;
use crate::kinds::{Declaration, Declared, SpecProblem, Specification};
use crate::model::{Address, Ensure, Link, Rollout, Selector, field, kind};

pub(super) fn declare(specification: &Specification<'_>) -> Declaration {
    let spec: InstanceAssociationSpec = specification.typed()?;
    let mut problems = Vec::new();
    if spec.ensure == Attachment::Attached && spec.instance_profile.is_none() {
        let problem = SpecProblem::new(
            "",
            "missing-field",
            "an association needs an `instanceProfile`",
        );
        problems.push(problem.hint("to take profiles away write `ensure: detached`"));
    }
    let profile = spec.instance_profile.as_deref().and_then(|profile| {
        let pointer = "/instanceProfile";
        let link = specification.named(&instance_profile::ARN, profile, pointer);
        link.map_err(|problem| problems.push(problem)).ok()
    });
    let region = spec.region.as_ref().and_then(|region| {
        let checked = region.check(specification);
        checked.map_err(|problem| problems.push(problem)).ok()
    });
    let rollout = spec.rollout.as_ref().and_then(|rollout| {
        let read = read_rollout(rollout);
        read.map_err(|problem| problems.push(problem)).ok()
    });
    let shape = Shape {
        name: specification.name,
        profile,
        ensure: match spec.ensure {
            Attachment::Attached => Ensure::Present,
            Attachment::Detached => Ensure::Absent,
        },
        region,
        rollout,
    };
    let declared = match target(&spec.instances, spec.region.is_some()) {
        Ok(target) => shape.declared(target),
        Err(more) => {
            problems.extend(more);
            Vec::new()
        }
    };
    if problems.is_empty() {
        Ok(declared)
    } else {
        Err(problems)
    }
}

/// The association of the instance that a resource of the stack launches.
pub(in crate::kinds::ec2) fn with_launch(name: &str, profile: Link, ensure: Ensure) -> Declared {
    let shape = Shape {
        name,
        profile: Some(profile),
        ensure,
        region: None,
        rollout: None,
    };
    let launched = Selector::Launched(Address::new(kind::INSTANCE, name));
    shape.selecting(launched)
}

/// What a document's instances are given by.
enum Target<'a> {
    Ids(&'a [String]),
    Selector(Selector),
}

/// Exactly one of the three ways to say which instances are meant.
fn target(instances: &Instances, has_region: bool) -> Result<Target<'_>, Vec<SpecProblem>> {
    let Instances {
        ids,
        tags,
        states,
        required,
        reference,
    } = instances;
    let only_tags = [
        ("states", states.is_some()),
        ("required", required.is_some()),
    ];
    let mut problems: Vec<SpecProblem> = only_tags
        .into_iter()
        .filter(|(_, given)| *given && tags.is_none())
        .map(|(field, _)| needs_tags(field))
        .collect();
    if reference.is_some() && has_region {
        let problem = SpecProblem::new(
            "/region",
            "misplaced-field",
            "the instance of `ref` says itself in which region it is",
        );
        problems.push(problem.hint("take `region` out"));
    }
    let target = match (ids, tags, reference) {
        (Some(ids), None, None) => {
            problems.extend(check_ids(ids));
            Target::Ids(ids)
        }
        (None, Some(tags), None) if tags.is_empty() => {
            let message = "`tags` names no tag, which would mean every instance";
            let problem = SpecProblem::new("/instances/tags", "bad-instances", message);
            return Err(vec![problem.hint("name at least one tag")]);
        }
        (None, Some(tags), None) => Target::Selector(Selector::Tags {
            tags: tags.clone(),
            states: names(states.as_ref()),
            required: required.unwrap_or_default(),
        }),
        (None, None, Some(name)) => {
            Target::Selector(Selector::Launched(Address::new(kind::INSTANCE, name)))
        }
        _ => {
            let message = "`instances` takes exactly one of `ids`, `tags` and `ref`";
            let problem = SpecProblem::new("/instances", "bad-instances", message);
            return Err(vec![
                problem.hint("make other instances an association of their own"),
            ]);
        }
    };
    if problems.is_empty() {
        Ok(target)
    } else {
        Err(problems)
    }
}

fn needs_tags(field: &str) -> SpecProblem {
    let pointer = format!("/instances/{field}");
    let message = format!("`{field}` says more about `tags`, which are not there");
    SpecProblem::new(&pointer, "misplaced-field", message).hint("select by `tags`, or take it out")
}

fn names(states: Option<&BTreeSet<InstanceState>>) -> BTreeSet<String> {
    let all = || InstanceState::ALL.into_iter().collect();
    let states = states.cloned().unwrap_or_else(all);
    states.iter().map(|state| state.name().to_owned()).collect()
}

fn read_rollout(spec: &RolloutSpec) -> Result<Rollout, SpecProblem> {
    let RolloutSpec {
        max_in_flight,
        pause_between,
        abort_on_failures,
    } = spec;
    let pause = pause_between.seconds().map_err(|message| {
        SpecProblem::new("/rollout/pauseBetween", "bad-duration", message)
            .hint("write it like `30s` or `5m`")
    })?;
    Ok(Rollout {
        max_in_flight: *max_in_flight,
        pause_between: pause,
        abort_on_failures: *abort_on_failures,
    })
}

/// What all associations of a document have in common.
struct Shape<'a> {
    name: &'a str,
    profile: Option<Link>,
    ensure: Ensure,
    region: Option<String>,
    rollout: Option<Rollout>,
}

impl Shape<'_> {
    fn declared(&self, target: Target<'_>) -> Vec<Declared> {
        match target {
            Target::Ids(ids) => {
                let ids = ids.iter().enumerate();
                ids.map(|(index, id)| self.association(id, index)).collect()
            }
            Target::Selector(selector) => vec![self.selecting(selector)],
        }
    }

    fn association(&self, id: &str, index: usize) -> Declared {
        let address = Address::new(kind::INSTANCE_ASSOCIATION, self.name).member(id);
        let mut declared = self.filled(Declared::new(address, id, self.ensure));
        declared.named_at(format!("/instances/ids/{index}"));
        declared
    }

    /// Its name is not one of AWS: it has none before the instances are known.
    fn selecting(&self, selector: Selector) -> Declared {
        let address = Address::new(kind::INSTANCE_ASSOCIATION, self.name);
        let live_name = address.to_string();
        let mut declared = self.filled(Declared::new(address, &live_name, self.ensure));
        if let Selector::Launched(instance) = &selector {
            declared.link(instance.clone());
        }
        declared.selector = Some(selector);
        declared.named_at("/instances");
        declared
    }

    fn filled(&self, mut declared: Declared) -> Declared {
        declared.region.clone_from(&self.region);
        declared.rollout.clone_from(&self.rollout);
        if let Some(link) = &self.profile {
            if let Some(target) = link.target.clone() {
                declared.link(target);
            }
            declared.plain(field::INSTANCE_PROFILE, link.clone());
        }
        declared
    }
}

fn check_ids(ids: &[String]) -> Vec<SpecProblem> {
    let mut problems = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let pointer = format!("/instances/ids/{index}");
        problems.extend(check_id("i", id, &pointer));
        if ids[..index].contains(id) {
            let message = format!("instance {id} is listed twice");
            problems.push(SpecProblem::new(&pointer, "declared-twice", message));
        }
    }
    problems
}
