//! What a kind is asked when live resources are written down as manifests: which of them are meant, and how one
//! document names another. What a document looks like is each kind's own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::model::{Address, AwsScope, FieldName, KindName, Observed, Value, field};

use super::{ArnShape, Reading, find};
use crate::cloud::Reads;

/// The live resources that go by a document's name.
pub type Members<'a> = BTreeMap<&'a Address, &'a Observed>;

/// How the live resources of a kind are written down as manifests.
pub trait Export: Sync {
    /// Finds what an export is about, declared or not.
    fn select<'a>(&'a self, reads: &'a dyn Reads, search: &'a ExportSearch<'a>) -> Reading<'a>;

    /// What a document would say of live resources: of all that go by its name. Read back with
    /// [`Kind::declare`](super::Kind::declare), it declares them as they are.
    fn document(&self, members: &Members<'_>, context: &ExportContext<'_>) -> Option<Exported>;
}

/// Which live resources are meant: by name, or by all the conditions that are given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportFilter {
    /// Names, by the kind that is looked for by them. For a role the conditions do not count then.
    pub names: BTreeMap<KindName, BTreeSet<String>>,
    /// What the path begins with (`/app/`).
    pub path_prefix: Option<String>,
    /// The tags it carries, compared exactly.
    pub tags: BTreeMap<String, String>,
    /// The stack that owns it.
    pub owner: Option<String>,
}

impl ExportFilter {
    /// Adds names of a kind.
    pub fn name(&mut self, kind: KindName, names: impl IntoIterator<Item = String>) {
        self.names.entry(kind).or_default().extend(names);
    }

    /// The names of a kind.
    pub fn named(&self, kind: KindName) -> impl Iterator<Item = &String> {
        self.names.get(&kind).into_iter().flatten()
    }

    /// Whether nothing is meant.
    pub fn is_empty(&self) -> bool {
        self.names.values().all(BTreeSet::is_empty) && !self.has_conditions()
    }

    /// Whether resources are meant by something else than their names.
    pub fn has_conditions(&self) -> bool {
        let Self {
            names: _,
            path_prefix,
            tags,
            owner,
        } = self;
        path_prefix.is_some() || owner.is_some() || !tags.is_empty()
    }

    /// Whether a resource is meant. IAM's names are the same in any letter case.
    pub(super) fn means(&self, address: &Address, observed: &Observed) -> bool {
        let mut names = self.named(address.kind).peekable();
        if names.peek().is_none() {
            return self.has_conditions() && self.matches(observed);
        }
        names.any(|chosen| chosen.eq_ignore_ascii_case(&address.name))
    }

    /// Whether something meets every condition that is given.
    pub(super) fn matches(&self, observed: &Observed) -> bool {
        let path = observed.attributes.text(field::PATH).unwrap_or("/");
        let is_owner = |owner: &String| observed.owner.as_ref() == Some(owner);
        let mut tags = self.tags.iter();
        self.path_prefix
            .iter()
            .all(|prefix| path.starts_with(prefix))
            && self.owner.iter().all(is_owner)
            && tags.all(|(key, value)| observed.attributes.tag(key) == Some(value))
    }
}

/// What was found by its ARN, for the kinds whose ARNs are computed: policies name these.
pub fn arns(setting: &AwsScope, found: &BTreeMap<Address, Observed>) -> BTreeMap<String, Address> {
    let arn = |(address, observed): (&Address, &Observed)| {
        let shape = find(address.kind).arn()?;
        let arn = shape.of(setting, &observed.attributes, &address.name);
        Some((arn, address.clone()))
    };
    found.iter().filter_map(arn).collect()
}

/// What to look for.
#[derive(Debug)]
pub struct ExportSearch<'a> {
    /// Account, partition, region.
    pub setting: &'a AwsScope,
    /// Which resources are meant.
    pub filter: &'a ExportFilter,
    /// What kinds earlier in the registry have found.
    pub found: &'a BTreeMap<Address, Observed>,
}

/// Where a document stands: what else was found, and what else is exported.
#[derive(Debug)]
pub struct ExportContext<'a> {
    /// Account, partition, region.
    pub setting: &'a AwsScope,
    /// What was found.
    pub found: &'a BTreeMap<Address, Observed>,
    /// The documents, by kind and name.
    pub documents: &'a BTreeSet<Address>,
}

impl ExportContext<'_> {
    /// How a document names another resource: by its name where there is a document of it, else by its ARN. `seen` is
    /// the ARN where AWS says it.
    pub(super) fn reference(&self, shape: &ArnShape, name: &str, seen: Option<&String>) -> String {
        let target = Address::new(shape.kind, name);
        if self.documents.contains(&target) {
            return target.name;
        }
        let computed = || match self.found.get(&target) {
            Some(observed) => shape.of(self.setting, &observed.attributes, name),
            None => shape.arn(self.setting, "/", name),
        };
        seen.cloned().unwrap_or_else(computed)
    }
}

/// What a document says of live resources.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exported {
    /// Its `spec`. Expressions have no meaning in it.
    pub spec: Map<String, Json>,
    /// What should be known beside it, one sentence each.
    pub remarks: Vec<String>,
    /// Why it should not be declared as it stands, if it should not: to follow "because".
    pub obstacle: Option<String>,
}

impl Exported {
    /// Sets a field to what was observed; one that is not there, or is as it is when nothing is said, is left out.
    pub(super) fn copy(&mut self, observed: &Observed, field: FieldName, default: Option<&Value>) {
        let value = observed.attributes.value(field);
        let json = match value.filter(|value| Some(*value) != default) {
            Some(Value::Text(text)) => Json::from(text.as_str()),
            Some(Value::Number(number)) => Json::from(*number),
            Some(Value::Bool(flag)) => Json::from(*flag),
            Some(Value::Policy(document)) if document.is_readable() => document.json().clone(),
            Some(Value::Policy(_) | Value::Present | Value::Link(_)) | None => return,
        };
        self.set(field, json);
    }

    /// Sets a field to what a document writes for it.
    pub(super) fn set(&mut self, field: FieldName, value: impl Into<Json>) {
        self.spec.insert(field.to_string(), value.into());
    }

    /// Sets a field to a list of its members' names; nothing where it has none.
    pub(super) fn names(&mut self, observed: &Observed, field: FieldName) {
        let names: Vec<Json> = observed
            .attributes
            .members(field)
            .map(|(name, _)| Json::from(name))
            .collect();
        if !names.is_empty() {
            self.set(field, names);
        }
    }

    /// Sets a field to a mapping of its members; nothing where it has none.
    pub(super) fn members(&mut self, field: FieldName, members: Map<String, Json>) {
        if !members.is_empty() {
            self.set(field, members);
        }
    }
}
