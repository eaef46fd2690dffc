//! Puts the instances that a survey found in the place of the selectors that looked for them. What becomes of each
//! is decided in `decide`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Note, NoteKind, PlanOptions, target};
use crate::diagnostic::{Diagnostic, Place, Problems};
use crate::model::{
    Address, Attributes, Desired, Ensure, FieldPath, Live, Reference, Resource, Selector, Value,
    field,
};
use crate::text;

/// A declaration in which every instance that is known stands by its id.
pub(super) struct Expansion<'a> {
    pub(super) desired: Cow<'a, Desired>,
    pub(super) problems: Problems,
    pub(super) notes: Vec<Note>,
}

/// The declaration with a resource for each instance that a selector found. One that waits for its instance to be
/// launched stays as it is. Expanding twice gives the same as once.
pub fn expand<'a>(desired: &'a Desired, live: &Live) -> Cow<'a, Desired> {
    expansion(desired, live, &PlanOptions::default()).desired
}

/// The same, with what is wrong and what is worth knowing about it.
pub(super) fn expansion<'a>(
    desired: &'a Desired,
    live: &Live,
    wishes: &PlanOptions,
) -> Expansion<'a> {
    let (mut problems, mut notes) = (Problems::none(), Vec::new());
    if !desired.resources.values().any(Resource::is_template) {
        return Expansion {
            desired: Cow::Borrowed(desired),
            problems,
            notes,
        };
    }
    let mut expanded = desired.clone();
    let wanted = target::wanted(desired, wishes);
    let is_seen = |one: &&Resource| !live.unseen.contains_key(&one.address);
    let templates = desired.resources.values().filter(|one| one.is_template());
    for template in templates.filter(is_seen) {
        let found = live.selected.get(&template.address);
        launch_with(template, &mut expanded);
        let ids = match (found, template.launched_by()) {
            (None, Some(_)) => continue,
            (None, None) => {
                match none_found(template, wishes) {
                    Ok(note) => notes.push(note),
                    Err(problem) if wanted.contains(&template.address) => problems.push(problem),
                    Err(_) => {}
                }
                Default::default()
            }
            (Some(ids), _) => ids.as_slice(),
        };
        expanded.resources.remove(&template.address);
        for id in ids {
            let resource = of_instance(template, id, live);
            expanded
                .resources
                .insert(resource.address.clone(), resource);
        }
    }
    problems.extend(claimed_twice(&expanded));
    Expansion {
        desired: Cow::Owned(expanded),
        problems,
        notes,
    }
}

fn of_instance(template: &Resource, id: &str, live: &Live) -> Resource {
    let mut resource = template.clone();
    resource.address = template.address.clone().member(id);
    id.clone_into(&mut resource.live_name);
    if template.launched_by().is_some() {
        let observed = live.resources.get(&resource.address);
        resource.region = observed.and_then(|observed| observed.facts.region.clone());
    } else {
        resource.selector = None;
    }
    resource
}

/// An instance that has yet to be launched is launched with what is declared about it elsewhere.
fn launch_with(template: &Resource, expanded: &mut Desired) {
    let Some(instance) = template.launched_by() else {
        return;
    };
    let launched = expanded.resources.get_mut(instance);
    let Some(instance) = launched.filter(|_| template.ensure == Ensure::Present) else {
        return;
    };
    let is_link = |(_, value): &(&FieldPath, &Value)| matches!(value, Value::Link(_));
    let links: Attributes = template
        .attributes
        .iter()
        .filter(is_link)
        .map(|(path, value)| (path.clone(), value.clone()))
        .collect();
    for (path, value) in links {
        if let Value::Link(link) = &value
            && let Some(target) = link.target.clone()
        {
            let required = true;
            instance.references.insert(Reference { target, required });
        }
        if let Some(place) = template.places.get(&path) {
            instance.places.insert(path.clone(), place.clone());
        }
        instance.attributes.insert(path, value);
    }
}

/// A selector that finds nothing is worth a word, or a fault where the declaration says so.
fn none_found(template: &Resource, wishes: &PlanOptions) -> Result<Note, Diagnostic> {
    let Some(Selector::Tags {
        tags,
        states,
        required,
    }) = &template.selector
    else {
        return Ok(warning(template, "no instance was found"));
    };
    let tags: Vec<String> = tags
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let states: Vec<&String> = states.iter().collect();
    let message = format!(
        "no instance with {} is {}",
        text::and_list(&tags),
        text::or_list(&states)
    );
    if !*required || wishes.destroy {
        return Ok(warning(template, &message));
    }
    let message = format!("{}: {message}", template.address);
    let problem = Diagnostic::error("no-instances", message).at(Some(place(template)));
    Err(problem.hint(
        "check the tags, the states and the region; without `required: true` it is a warning",
    ))
}

fn warning(template: &Resource, message: &str) -> Note {
    Note {
        kind: NoteKind::Warning,
        address: Some(template.address.clone()),
        message: message.to_owned(),
        content: BTreeMap::new(),
    }
}

/// An instance has one profile: two declarations about it contradict each other, or will one day.
fn claimed_twice(desired: &Desired) -> Problems {
    let mut claims: BTreeMap<(&str, String), &Resource> = BTreeMap::new();
    let mut told: BTreeSet<(&Address, String)> = BTreeSet::new();
    let mut problems = Problems::none();
    for resource in desired.resources.values() {
        let Some(instance) = instance(resource) else {
            continue;
        };
        let key = (resource.address.kind.as_str(), instance.clone());
        let Some(other) = claims.insert(key, resource) else {
            continue;
        };
        let message = format!(
            "{instance} is claimed by both {} and {}",
            other.address, resource.address
        );
        if told.insert((&other.address, instance)) {
            problems.push(
                Diagnostic::error("declared-twice", message)
                    .at(Some(place(resource)))
                    .and_at(Some(place(other)), "claimed here as well")
                    .hint("an instance has one profile: let one of them leave it out"),
            );
        }
    }
    problems
}

/// The instance that a resource is about: its id, or the resource that has yet to launch it.
fn instance(resource: &Resource) -> Option<String> {
    match (&resource.address.member, resource.launched_by()) {
        (Some(_), _) => Some(resource.live_name.clone()),
        (None, launched) => launched.map(ToString::to_string),
    }
}

fn place(resource: &Resource) -> Place {
    let instances = resource.places.get(&FieldPath::new(field::LIVE_NAME));
    instances.unwrap_or(&resource.place).clone()
}
