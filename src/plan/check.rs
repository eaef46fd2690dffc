//! What makes a declaration impossible, known before anything is sent: names, owners, limits, principals.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::{Decisions, may_adopt};
use super::{Action, PlanOptions, target};
use crate::diagnostic::{Diagnostic, Place, Problems, did_you_mean};
use crate::kinds::{self, ArnShape, PreflightError, tags};
use crate::model::{Address, AwsScope, Desired, Ensure, Link, Live, Resource, Value};

/// What can be told from the declaration and AWS alone.
pub(super) fn before(desired: &Desired, live: &Live, wishes: &PlanOptions) -> Problems {
    let mut problems = Problems::none();
    let names = Names::of(live);
    let principals = Principals::of(desired, live);
    let wanted = target::wanted(desired, wishes);
    let is_seen = |resource: &&Resource| !live.unseen.contains_key(&resource.address);
    let resources = desired.resources.values().filter(is_seen);
    for resource in resources.filter(|one| !wishes.destroy && wanted.contains(&one.address)) {
        let error = |code: &str, message: String| {
            Diagnostic::error(code, message).at(Some(resource.place.clone()))
        };
        if let Some(other) = names.clash(resource) {
            let message = format!(
                "{} differs only in letter case from `{other}`, which exists",
                resource.address
            );
            problems.push(
                error("name-clash", message)
                    .hint("IAM names are unique ignoring case; use the existing spelling"),
            );
        }
        problems.extend(owner(resource, desired, live, wishes).into_iter().collect());
        if resource.ensure == Ensure::Present {
            problems.extend(preflight_errors(resource, live).into_iter().collect());
            let wrong = principals.iter().flat_map(|one| one.faults(resource));
            problems.extend(wrong.collect());
            problems.extend(links(resource, live).collect());
        }
    }
    problems
}

/// Names in use ignoring letter case, by kind.
struct Names<'a>(BTreeMap<(&'a str, String), &'a str>);

impl<'a> Names<'a> {
    /// Those that were listed, and those of what was found: a name is found in any spelling.
    fn of(live: &'a Live) -> Self {
        let listed = live
            .names
            .iter()
            .flat_map(|(kind, names)| names.iter().map(move |name| (kind.as_str(), name.as_str())));
        let found = live
            .resources
            .keys()
            .filter(|address| address.member.is_none());
        let found = found.map(|address| (address.kind.as_str(), address.name.as_str()));
        let all = listed.chain(found);
        Self(
            all.map(|(kind, name)| ((kind, name.to_lowercase()), name))
                .collect(),
        )
    }

    fn clash(&self, resource: &Resource) -> Option<&'a str> {
        let key = (
            resource.address.kind.as_str(),
            resource.live_name.to_lowercase(),
        );
        self.0
            .get(&key)
            .copied()
            .filter(|name| *name != resource.live_name)
    }
}

/// Nothing foreign is touched: an existing resource must be ours, or be given to us.
fn owner(
    resource: &Resource,
    desired: &Desired,
    live: &Live,
    wishes: &PlanOptions,
) -> Option<Diagnostic> {
    let observed = live.resources.get(&resource.address)?;
    let is_taggable = kinds::field(resource.address.kind, tags::FIELD).is_some();
    if observed.service_linked || !is_taggable {
        return None;
    }
    let address = &resource.address;
    let diagnostic = match &observed.owner {
        Some(owner) if *owner == desired.stack.name => return None,
        _ if may_adopt(resource, wishes, observed) => return None,
        Some(owner) => Diagnostic::error("owned-by-other", format!("{address} belongs to stack `{owner}`"))
            .hint(format!("release it there first (`release {address} --stack {owner}`), or give this one another name than `{}`", resource.live_name))
            .hint(format!("if stack `{owner}` is this one under its earlier name, pass `--from-stack {owner}`")),
        None => Diagnostic::error("not-owned", format!("{address} exists already and belongs to no stack"))
            .hint("to take it over set `metadata.adopt: true` or pass `--adopt KIND/NAME`; the first run then only tags it"),
    };
    Some(diagnostic.at(Some(resource.place.clone())))
}

fn preflight_errors(resource: &Resource, live: &Live) -> Vec<Diagnostic> {
    let kind = kinds::find(resource.address.kind);
    let preflight_errors = kind.preflight_errors(
        resource,
        live.resources.get(&resource.address),
        &live.quotas,
    );
    let place = Some(&resource.place);
    preflight_errors
        .into_iter()
        .map(|objection| told(&resource.address, place, objection))
        .collect()
}

/// What stands in the way of all that would go, declared or not.
pub(super) fn going(decisions: &Decisions, live: &Live) -> Problems {
    let goes = |action: Action| matches!(action, Action::Delete | Action::Replace);
    let changes = decisions.changes.iter();
    changes
        .filter(|change| goes(change.action))
        .flat_map(|change| {
            let address = &change.address;
            let kind = kinds::find(address.kind);
            let observed = live.resources.get(address);
            let preflight_errors = observed
                .map(|observed| kind.delete_blockers(decisions.resolved.get(address), observed));
            let told = |objection: PreflightError| told(address, change.place.as_ref(), objection);
            preflight_errors.unwrap_or_default().into_iter().map(told)
        })
        .collect()
}

fn told(address: &Address, place: Option<&Place>, objection: PreflightError) -> Diagnostic {
    let PreflightError {
        code,
        message,
        hint,
    } = objection;
    Diagnostic::error(code, format!("{address}: {message}"))
        .at(place.cloned())
        .hint(hint)
}

/// The resources of one kind that policies can name as principals.
struct Principals<'a> {
    shape: ArnShape,
    scope: &'a AwsScope,
    live: &'a BTreeSet<String>,
    /// Those that the stack declares, with their ARNs.
    declared: BTreeMap<&'a str, String>,
}

impl<'a> Principals<'a> {
    /// A kind that the survey could not list is left out: nothing can be said about its names.
    fn of(desired: &'a Desired, live: &'a Live) -> Vec<Self> {
        let scope = &live.setting;
        let present = desired.resources.values();
        let present = present.filter(|resource| resource.ensure == Ensure::Present);
        let present: Vec<&Resource> = present.collect();
        let of_kind = |shape: ArnShape| {
            let declared = present.iter().filter(|one| one.address.kind == shape.kind);
            let declared = declared.map(|one| {
                let name = one.live_name.as_str();
                (name, shape.of(scope, &one.attributes, name))
            });
            Some(Self {
                shape,
                scope,
                live: live.names.get(&shape.kind)?,
                declared: declared.collect(),
            })
        };
        let shapes = kinds::ALL.into_iter().filter_map(kinds::Kind::arn);
        let principals = shapes.filter(|shape| shape.is_principal);
        principals.filter_map(of_kind).collect()
    }

    /// What is wrong with a principal of a resource, and what to do next. IAM would refuse the policy, after
    /// minutes of waiting for a name that never comes.
    fn fault(&self, principal: &str, resource: &Resource) -> Option<(String, String)> {
        let (_, name) = self.shape.parts(self.scope, principal)?;
        let noun = self.shape.resource_type;
        let (what, hint) = match self.declared.get(name) {
            Some(arn) if arn != principal => (
                format!("`{principal}`, but the path of {noun} `{name}` is another one"),
                format!("did you mean `{arn}`?"),
            ),
            Some(_) if name == resource.live_name && !self.live.contains(name) => (
                format!("the {noun} itself, which does not exist yet"),
                "create it without; or trust the account on condition of `aws:PrincipalArn`"
                    .to_owned(),
            ),
            None if !self.live.contains(name) => {
                let live = self.live.iter().map(String::as_str);
                let near = did_you_mean(name, self.declared.keys().copied().chain(live));
                (
                    format!("{noun} `{name}`, which does not exist"),
                    near.unwrap_or_else(|| format!("declare the {noun}, or create it first")),
                )
            }
            Some(_) | None => return None,
        };
        Some((what, hint))
    }

    /// The principals of a resource's policies that cannot be.
    fn faults(&self, resource: &Resource) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for (path, value) in &resource.attributes {
            let Value::Policy(document) = value else {
                continue;
            };
            let principals = document.principals().into_iter();
            for (what, hint) in principals.filter_map(|principal| self.fault(principal, resource)) {
                let message = format!("`{path}` of {} names {what}", resource.address);
                let place = resource.places.get(path).unwrap_or(&resource.place).clone();
                let fault = Diagnostic::error("unknown-principal", message);
                faults.push(fault.at(Some(place)).hint(hint));
            }
        }
        faults
    }
}

/// The links of a resource to others' resources that do not exist. What a resource had before is taken away
/// first, so that a wrong name found out by AWS would leave it with nothing.
fn links<'a>(resource: &'a Resource, live: &'a Live) -> impl Iterator<Item = Diagnostic> + 'a {
    resource.attributes.iter().filter_map(|(path, value)| {
        let Value::Link(Link {
            name,
            id: _,
            target: None,
        }) = value
        else {
            return None;
        };
        let kind = kinds::field(resource.address.kind, path.field)?.links?;
        let names = live.names.get(&kind)?;
        let observed = live.resources.get(&resource.address);
        let before = observed.and_then(|observed| observed.attributes.get(path));
        let stays = matches!(before, Some(Value::Link(before)) if before.name == *name);
        if stays || names.contains(name) {
            return None;
        }
        let message = format!(
            "`{path}` of {} names {kind} `{name}`, which does not exist",
            resource.address
        );
        let near = did_you_mean(name, names.iter().map(String::as_str));
        let hint = near.unwrap_or_else(|| "declare it, or create it first".to_owned());
        let place = resource.places.get(path).unwrap_or(&resource.place).clone();
        let fault = Diagnostic::error("unknown-resource", message);
        Some(fault.at(Some(place)).hint(hint))
    })
}
