//! The starting world of a rehearsal's sandbox, as its seed file has it: each kind plants its resources there. What is
//! put in twice is one thing; what is only named, and not seen, is there with nothing more than its name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::model::{
    Address, Attributes, AwsScope, FieldName, Instance, Link, Observed, Resource, Value,
};
use crate::policy::Document;

/// What of a kind is planted.
#[derive(Debug, Clone, Copy)]
pub enum Planted<'a> {
    /// One that was seen. What was not looked at passes for what is declared, as it does in the plan.
    Seen {
        /// Its address.
        address: &'a Address,
        /// What was observed.
        observed: &'a Observed,
        /// Its fields.
        attributes: &'a Attributes,
    },
    /// What one that is declared needs, so that its calls succeed as they would in AWS.
    Declared {
        /// As declared.
        resource: &'a Resource,
        /// Whether it was seen as well.
        is_seen: bool,
    },
    /// One that was not seen, but is named by another resource or by a policy.
    Named {
        /// The name in AWS.
        name: &'a str,
        /// Its unique id, where it is known.
        id: Option<&'a str>,
        /// Its path, where it is known.
        path: Option<&'a str>,
    },
}

/// Users of a seed may do everything, like the sandbox's own: what the caller may do is not rehearsed.
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// The lists of a seed file.
const LISTS: [&str; 5] = [USERS, ROLES, PROFILES, INSTANCES, BUCKETS];
const USERS: &str = "users";
pub(super) const ROLES: &str = "roles";
pub(super) const PROFILES: &str = "instanceProfiles";
const INSTANCES: &str = "instances";
pub(super) const BUCKETS: &str = "buckets";

/// The world so far.
#[derive(Debug, Default)]
pub struct Seed {
    /// The stack whose plan is rehearsed.
    pub(super) stack: String,
    account: String,
    /// The run's own.
    region: String,
    /// Managed policies that exist, by ARN.
    pub policies: BTreeSet<String>,
    /// Managed policies that declarations name, by ARN.
    pub named_policies: BTreeSet<String>,
    /// Principals that policies name.
    pub principals: BTreeSet<String>,
    /// What there is, by list and name.
    entries: BTreeMap<(&'static str, String), Entry>,
    /// What can be launched with, by region.
    offers: BTreeMap<String, BTreeSet<String>>,
}

impl Seed {
    /// An empty account, and where the run works.
    pub fn new(stack: &str, scope: &AwsScope) -> Self {
        Self {
            stack: stack.to_owned(),
            account: scope.account.clone(),
            region: scope.region.clone(),
            ..Self::default()
        }
    }

    /// One thing of a list.
    pub(super) fn entry(&mut self, list: &'static str, name: &str) -> &mut Entry {
        let key = if list == INSTANCES { "id" } else { "name" };
        let new = || Entry(Map::from_iter([(key.to_owned(), name.into())]));
        let entries = self.entries.entry((list, name.to_owned()));
        entries.or_insert_with(new)
    }

    pub(super) fn has(&self, list: &'static str, name: &str) -> bool {
        self.entries.contains_key(&(list, name.to_owned()))
    }

    /// A user of a name.
    pub fn user(&mut self, name: &str) -> &mut Entry {
        let user = self.entry(USERS, name);
        user.item("managedPolicies", ADMINISTRATOR);
        user
    }

    /// An instance of an id.
    pub fn instance(&mut self, id: &str) -> &mut Entry {
        self.entry(INSTANCES, id)
    }

    /// An instance with the region and the state in which it was seen.
    pub(super) fn seen_instance(&mut self, id: &str, observed: &Observed) -> &mut Entry {
        let facts = &observed.facts;
        self.placed_instance(id, facts.region.as_ref(), facts.instance_state.as_ref())
    }

    fn placed_instance(
        &mut self,
        id: &str,
        region: Option<&String>,
        state: Option<&String>,
    ) -> &mut Entry {
        let region = region.unwrap_or(&self.region).clone();
        let instance = self.instance(id);
        instance.set("region", region);
        instance.set_some("state", state.map(String::as_str));
        instance
    }

    /// An instance that uses a profile of the stack, whether or not the stack declares it.
    pub fn user_of(&mut self, profile: &str, instance: &Instance) {
        let Instance { id, state, region } = instance;
        let entry = self.placed_instance(id, region.as_ref(), state.as_ref());
        if !entry.0.contains_key(ASSOCIATION) {
            entry.associate(profile, None);
        }
    }

    /// What instances of a region are launched with.
    pub(super) fn offers(&mut self, region: Option<&String>) -> &mut BTreeSet<String> {
        let region = region.unwrap_or(&self.region).clone();
        self.offers.entry(region).or_default()
    }

    /// Adds the principals that a policy names.
    pub fn name_principals(&mut self, document: &Document) {
        let principals = document.principals().into_iter();
        self.principals.extend(principals.map(str::to_owned));
    }

    /// The seed file's text: YAML that happens to be JSON.
    pub fn text(self) -> String {
        let mut lists: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
        for ((list, _), Entry(entry)) in self.entries {
            lists.entry(list).or_default().push(entry.into());
        }
        let mut seed = json!({ "account": self.account, "policies": self.policies });
        for list in LISTS {
            seed[list] = lists.remove(list).unwrap_or_default().into();
        }
        seed["offers"] = json!(self.offers);
        seed.to_string()
    }
}

const ASSOCIATION: &str = "association";

/// What one thing has, by the seed's names.
#[derive(Debug)]
pub struct Entry(Map<String, Json>);

impl Entry {
    /// Sets a value.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Sets a value where there is one.
    pub(super) fn set_some(&mut self, name: &str, value: Option<&str>) {
        self.0
            .extend(value.map(|value| (name.to_owned(), value.into())));
    }

    /// Sets a value where there is one and none is set.
    pub(super) fn set_default(&mut self, name: &str, value: Option<&str>) {
        self.set_some(name, value.filter(|_| !self.0.contains_key(name)));
    }

    /// Sets a member of a collection.
    pub fn member(&mut self, collection: &str, name: &str, value: impl Into<Json>) {
        let members = self.0.entry(collection).or_insert_with(|| json!({}));
        if let Some(members) = members.as_object_mut() {
            members.insert(name.to_owned(), value.into());
        }
    }

    /// Adds an item to a list.
    pub(super) fn item(&mut self, list: &str, value: &str) {
        let items = self.0.entry(list).or_insert_with(|| json!([]));
        if let Some(items) = items.as_array_mut()
            && !items.iter().any(|item| item == value)
        {
            items.push(value.into());
        }
    }

    /// Sets a field, or a member of one, to its value. Of other resources a seed knows the name.
    pub(super) fn field(&mut self, field: FieldName, member: Option<&str>, value: &Value) {
        let value = match value {
            Value::Text(text) => Json::from(text.as_str()),
            Value::Number(number) => (*number).into(),
            Value::Bool(flag) => (*flag).into(),
            Value::Present => true.into(),
            Value::Policy(document) => document.json().clone(),
            Value::Link(Link { name, .. }) => name.as_str().into(),
        };
        match member {
            Some(member) => self.member(field.as_str(), member, value),
            None => self.set(field.as_str(), value),
        }
    }

    /// The profile that an instance has, by the id of the association where that is known.
    pub(super) fn associate(&mut self, profile: &str, id: Option<&str>) {
        let known = self.0.get(ASSOCIATION).map(|known| known["id"].clone());
        let mut association = json!({ "instanceProfile": profile });
        if let Some(id) = id.map(Json::from).or(known) {
            association["id"] = id;
        }
        self.set(ASSOCIATION, association);
    }
}
