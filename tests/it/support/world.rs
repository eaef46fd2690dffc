//! What AWS shows when everything is as declared, derived from the declaration; a story then changes one thing.

use std::collections::{BTreeMap, BTreeSet};

use rolewright::diagnostic::Problems;
use rolewright::model::{
    Address, Caller, Desired, Ensure, FieldPath, Instance, KindName, Link, Live, Observed, Quotas,
    Reference, Resource, STACK_TAG, Value, field, kind,
};
use rolewright::plan::{self, Plan, PlanOptions};
use rolewright::policy::Document;

use super::{ACCOUNT, drawn, drawn_diagnostics, setting};

/// AWS as a run saw it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) live: Live,
    pub(crate) wishes: PlanOptions,
}

impl World {
    /// An account without any resource, in which declared instances run without a profile.
    pub(crate) fn empty(desired: &Desired) -> Self {
        let mut world = Self::bare();
        for resource in desired.resources.values() {
            if resource.address.kind == kind::INSTANCE_ASSOCIATION
                && resource.launched_by().is_none()
            {
                let mut instance = Observed::default();
                instance.facts.instance_state = Some("running".into());
                world
                    .live
                    .resources
                    .insert(resource.address.clone(), instance);
            }
        }
        world
    }

    /// An account in which everything is as declared; declared instances run.
    pub(crate) fn of(desired: &Desired) -> Self {
        let mut world = Self::empty(desired);
        let present = |resource: &&Resource| resource.ensure == Ensure::Present;
        let launched = |resource: &&Resource| resource.launched_by().is_some();
        let resources = desired.resources.values().filter(present);
        resources
            .filter(|resource| !launched(resource))
            .for_each(|resource| world.add(resource));
        world.find_launched(desired);
        let expanded = plan::expand(desired, &world.live).into_owned();
        let resources = expanded.resources.values().filter(present);
        resources
            .filter(launched)
            .for_each(|resource| world.add(resource));
        world
    }

    fn bare() -> Self {
        let names = [kind::ROLE, kind::INSTANCE_PROFILE].map(|kind| (kind, BTreeSet::new()));
        let live = Live {
            setting: setting(),
            caller: Caller {
                arn: format!("arn:aws:iam::{ACCOUNT}:user/tester"),
                account: ACCOUNT.to_owned(),
                through: Vec::new(),
            },
            resources: BTreeMap::new(),
            names: names.into(),
            users: BTreeMap::new(),
            selected: BTreeMap::new(),
            regions: BTreeSet::from([setting().region]),
            unseen_users: None,
            quotas: Quotas::new(),
            blind: Vec::new(),
            unseen: BTreeMap::new(),
        };
        Self {
            live,
            wishes: PlanOptions::default(),
        }
    }

    /// Lets the associations of launched instances find these.
    fn find_launched(&mut self, desired: &Desired) {
        for resource in desired.resources.values() {
            let instance = resource.launched_by();
            let observed = instance.and_then(|instance| self.live.resources.get(instance));
            if let Some(id) = observed.and_then(|observed| observed.id.clone()) {
                let ids = vec![id];
                self.live.selected.insert(resource.address.clone(), ids);
            }
        }
    }

    /// Makes a resource exist as it is declared.
    pub(crate) fn add(&mut self, resource: &Resource) {
        let Resource {
            address,
            live_name,
            attributes,
            ..
        } = resource;
        let mut observed = self.live.resources.remove(address).unwrap_or_default();
        observed.id = Some(id(address.kind, live_name));
        for (path, value) in attributes {
            let value = match value {
                Value::Policy(document) => Value::Policy(Document::observed(&document.wire())),
                Value::Link(link) => seen_link(&mut observed, address.kind, link),
                other => other.clone(),
            };
            if *path == FieldPath::member(field::TAGS, STACK_TAG)
                && let Value::Text(owner) = &value
            {
                observed.owner = Some(owner.clone());
            }
            observed.attributes.insert(path.clone(), value);
        }
        if [kind::INSTANCE_ASSOCIATION, kind::INSTANCE].contains(&address.kind) {
            let state = &mut observed.facts.instance_state;
            state.get_or_insert_with(|| "running".into());
        }
        if address.kind == kind::INSTANCE {
            observed.references.clear();
        }
        if address.kind == kind::INSTANCE_ASSOCIATION {
            for reference in &observed.references {
                let instance = Instance {
                    id: live_name.clone(),
                    state: Some("running".into()),
                    region: None,
                };
                let users = self.live.users.entry(reference.target.clone());
                users.or_default().push(instance);
            }
        } else if address.kind != kind::INSTANCE {
            let names = self.live.names.entry(address.kind);
            names.or_default().insert(live_name.clone());
        }
        self.live.resources.insert(address.clone(), observed);
    }

    /// One resource, to change.
    pub(crate) fn at(&mut self, address: &str) -> &mut Observed {
        let address = parsed(address);
        let found = self.live.resources.get_mut(&address);
        found.unwrap_or_else(|| panic!("{address} is not there"))
    }

    /// Makes one resource vanish, as if deleted by hand.
    pub(crate) fn gone(&mut self, address: &str) {
        let address = parsed(address);
        let gone = self.live.resources.remove(&address);
        assert!(gone.is_some(), "{address} is not there");
        if let Some(names) = self.live.names.get_mut(&address.kind) {
            names.remove(&address.name);
        }
    }

    /// Puts an instance into a state.
    pub(crate) fn instance_is(&mut self, address: &str, state: &str) {
        self.at(address).facts.instance_state = Some(state.into());
        let id = parsed(address).member;
        for instance in self.live.users.values_mut().flatten() {
            if Some(&instance.id) == id.as_ref() {
                instance.state = Some(state.to_owned());
            }
        }
    }

    /// Gives an instance a profile of that name and id, whatever is declared; `None` takes it away.
    pub(crate) fn associated(&mut self, address: &str, profile: Option<(&str, &str)>) {
        let instance = parsed(address).member.unwrap_or_default();
        for users in self.live.users.values_mut() {
            users.retain(|user| user.id != instance);
        }
        let observed = self.at(address);
        observed.attributes.clear();
        observed.references.clear();
        let state = observed.facts.instance_state.clone();
        if let Some((name, id)) = profile {
            let target = Address::new(kind::INSTANCE_PROFILE, name);
            let link = live_link(kind::INSTANCE_PROFILE, name, id);
            let path = FieldPath::new(field::INSTANCE_PROFILE);
            observed.attributes.insert(path, Value::Link(link));
            observed.references.insert(Reference {
                target: target.clone(),
                required: true,
            });
            let users = self.live.users.entry(target).or_default();
            users.push(Instance {
                id: instance,
                state,
                region: None,
            });
        }
    }

    /// Gives a profile a role of that name and id; `None` takes it away.
    pub(crate) fn holds(&mut self, profile: &str, role: Option<(&str, &str)>) {
        let observed = self.at(profile);
        observed.references.clear();
        observed.attributes.remove(&FieldPath::new(field::ROLE));
        if let Some((name, id)) = role {
            let link = live_link(kind::ROLE, name, id);
            let path = FieldPath::new(field::ROLE);
            observed.attributes.insert(path, Value::Link(link));
            observed.references.insert(Reference {
                target: Address::new(kind::ROLE, name),
                required: true,
            });
        }
    }

    /// Sets a plain field or member, written `field` or `field.member`.
    pub(crate) fn set(&mut self, address: &str, path: &str, value: Value) {
        self.at(address).attributes.insert(field(path), value);
    }

    /// Takes a field or member away.
    pub(crate) fn unset(&mut self, address: &str, path: &str) {
        let gone = self.at(address).attributes.remove(&field(path));
        assert!(gone.is_some(), "{address} has no {path}");
    }

    /// Changes the owner, with the tag that says so.
    pub(crate) fn owned_by(&mut self, address: &str, owner: Option<&str>) {
        let observed = self.at(address);
        observed.owner = owner.map(str::to_owned);
        let path = FieldPath::member(field::TAGS, STACK_TAG);
        match owner {
            Some(owner) => {
                let value = Value::Text(owner.to_owned());
                observed.attributes.insert(path, value)
            }
            None => observed.attributes.remove(&path),
        };
    }

    /// Plans; a plan that passes is drawn, problems are drawn instead.
    pub(crate) fn story(&self, desired: &Desired) -> String {
        match self.plan(desired) {
            Ok(plan) => drawn(&plan),
            Err(problems) => drawn_diagnostics(&problems),
        }
    }

    /// Plans.
    pub(crate) fn plan(&self, desired: &Desired) -> Result<Plan, Problems> {
        plan::plan(desired, &self.live, &self.wishes)
    }
}

/// A policy as AWS would return it.
pub(crate) fn observed_policy(json: &str) -> Value {
    Value::Policy(Document::observed(json))
}

fn id(kind: KindName, name: &str) -> String {
    let prefix = match kind {
        kind::ROLE => "AROA",
        kind::INSTANCE_PROFILE => "AIPA",
        kind::INSTANCE => "i",
        _ => "iip-assoc-",
    };
    format!("{prefix}-{name}")
}

fn seen_link(observed: &mut Observed, holder: KindName, link: &Link) -> Value {
    let kind = if holder == kind::INSTANCE_PROFILE {
        kind::ROLE
    } else {
        kind::INSTANCE_PROFILE
    };
    observed.references.insert(Reference {
        target: Address::new(kind, &link.name),
        required: true,
    });
    Value::Link(live_link(kind, &link.name, &id(kind, &link.name)))
}

fn live_link(kind: KindName, name: &str, id: &str) -> Link {
    Link {
        name: name.to_owned(),
        id: Some(id.to_owned()),
        target: Some(Address::new(kind, name)),
    }
}

fn parsed(address: &str) -> Address {
    Address::try_from(address.to_owned()).expect("stories name addresses well")
}

fn field(path: &str) -> FieldPath {
    match path.split_once('.') {
        Some((field, member)) => FieldPath::member(field.parse().unwrap(), member),
        None => FieldPath::new(path.parse().unwrap()),
    }
}
