//! What a kind is asked when live resources are written down as manifests: which of them are meant, and how one
//! document names another. What a document looks like is each kind's own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::model::{Address, AwsScope, FieldName, Observed, Value, field, kind};
/// Which live resources are meant: roles by name, or by all the marks that are given; and users.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportFilter {
    /// Roles by name. With names, the marks do not count.
    pub roles: BTreeSet<String>,
    /// What the path begins with (`/app/`).
    pub path_prefix: Option<String>,
    /// The tags it carries, compared exactly.
    pub tags: BTreeMap<String, String>,
    /// The stack that owns it.
    pub owner: Option<String>,
    /// The users whose inline policies are meant.
    pub users: BTreeSet<String>,
}

impl ExportFilter {
    /// Whether nothing is meant.
    pub fn is_empty(&self) -> bool {
        self.roles.is_empty() && !self.has_marks() && self.users.is_empty()
    }

    /// Whether roles are meant by something else than their names.
    pub fn has_marks(&self) -> bool {
        let Self {
            roles: _,
            path_prefix,
            tags,
            owner,
            users: _,
        } = self;
        path_prefix.is_some() || owner.is_some() || !tags.is_empty()
    }

    /// Whether a role is meant. IAM's names are the same in any letter case.
    pub(super) fn means_role(&self, name: &str, role: &Observed) -> bool {
        if self.roles.is_empty() {
            return self.has_marks() && self.marks(role);
        }
        let mut names = self.roles.iter();
        names.any(|chosen| chosen.eq_ignore_ascii_case(name))
    }

    /// Whether something carries every mark that is given.
    pub(super) fn marks(&self, observed: &Observed) -> bool {
        let is_below = |prefix: &String| path(observed).starts_with(prefix);
        let is_owner = |owner: &String| observed.owner.as_ref() == Some(owner);
        self.path_prefix.iter().all(is_below)
            && self.owner.iter().all(is_owner)
            && self
                .tags
                .iter()
                .all(|(key, value)| observed.attributes.tag(key) == Some(value))
    }
}

/// What was found by its ARN, for the kinds whose ARNs are computed: policies name these.
pub fn arns(setting: &AwsScope, found: &BTreeMap<Address, Observed>) -> BTreeMap<String, Address> {
    let types = [
        (kind::ROLE, "role"),
        (kind::INSTANCE_PROFILE, "instance-profile"),
    ];
    let arn = |(address, observed): (&Address, &Observed)| {
        let (_, resource_type) = types.iter().find(|(kind, _)| *kind == address.kind)?;
        let arn = setting.iam_arn(resource_type, path(observed), &address.name);
        Some((arn, address.clone()))
    };
    found.iter().filter_map(arn).collect()
}

fn path(observed: &Observed) -> &str {
    observed.attributes.text(field::PATH).unwrap_or("/")
}

/// The live resources that go by one document.
pub type Members<'a> = BTreeMap<&'a Address, &'a Observed>;

/// What to look for.
#[derive(Debug)]
pub struct ExportSearch<'a> {
    /// Account, partition, region.
    pub setting: &'a AwsScope,
    /// Which resources are meant.
    pub choice: &'a ExportFilter,
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
    /// How a document names a resource of IAM: by its name where there is a document of it, else by its ARN.
    /// `seen` is the ARN as AWS says it; `resource_type` is how ARNs spell the kind.
    pub(super) fn spoken(
        &self,
        target: &Address,
        resource_type: &str,
        seen: Option<&String>,
    ) -> String {
        if self.documents.contains(target) {
            return target.name.clone();
        }
        let computed = || {
            let observed = self.found.get(target);
            let path = observed.map_or("/", path);
            self.setting.iam_arn(resource_type, path, &target.name)
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
