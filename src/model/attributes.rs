//! The fields of a resource, and how code that knows a field asks for its value. Comparing them is `plan`'s.

use std::collections::{BTreeMap, btree_map};
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize};

use super::{FieldName, FieldPath, Link, Value, field};
use crate::policy::Document;

/// The fields of a resource, in order. Collections are flattened: one entry per member.
#[derive(Debug, Clone, Default, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Attributes(BTreeMap<FieldPath, Value>);

impl Attributes {
    /// None.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sets a plain field.
    pub fn set(&mut self, field: FieldName, value: impl Into<Value>) {
        self.0.insert(FieldPath::new(field), value.into());
    }

    /// Sets a member of a collection.
    pub fn set_member(&mut self, field: FieldName, member: &str, value: impl Into<Value>) {
        self.0
            .insert(FieldPath::member(field, member), value.into());
    }

    /// The value of a plain field.
    pub fn value(&self, field: FieldName) -> Option<&Value> {
        self.0.get(&FieldPath::new(field))
    }

    /// The value of a plain field that is a text.
    pub fn text(&self, field: FieldName) -> Option<&str> {
        self.value(field)?.as_text()
    }

    /// The value of a plain field that is a flag.
    pub fn flag(&self, field: FieldName) -> Option<bool> {
        match self.value(field)? {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The value of a plain field that is a policy.
    pub fn policy(&self, field: FieldName) -> Option<&Document> {
        self.value(field)?.as_policy()
    }

    /// The value of a plain field that names a resource.
    pub fn link(&self, field: FieldName) -> Option<&Link> {
        self.value(field)?.as_link()
    }

    /// The members of a collection by their names.
    pub fn members(&self, field: FieldName) -> impl Iterator<Item = (&str, &Value)> {
        let all = self.0.iter().filter(move |(path, _)| path.field == field);
        all.filter_map(|(path, value)| Some((path.member.as_deref()?, value)))
    }

    /// The text of a tag.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.0.get(&FieldPath::member(field::TAGS, key))?.as_text()
    }

    /// Whether there is anything of a field.
    pub fn has(&self, field: FieldName) -> bool {
        self.0.keys().any(|path| path.field == field)
    }
}

impl Deref for Attributes {
    type Target = BTreeMap<FieldPath, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Attributes {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl FromIterator<(FieldPath, Value)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (FieldPath, Value)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl<const N: usize> From<[(FieldPath, Value); N]> for Attributes {
    fn from(fields: [(FieldPath, Value); N]) -> Self {
        fields.into_iter().collect()
    }
}

impl IntoIterator for Attributes {
    type Item = (FieldPath, Value);
    type IntoIter = btree_map::IntoIter<FieldPath, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Attributes {
    type Item = (&'a FieldPath, &'a Value);
    type IntoIter = btree_map::Iter<'a, FieldPath, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Files have the one flag there is as a text.
impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut attributes = Self(BTreeMap::deserialize(deserializer)?);
        let flag = attributes.text(field::TERMINATION_PROTECTION);
        if let Some(flag) = flag.and_then(|text| text.parse::<bool>().ok()) {
            attributes.set(field::TERMINATION_PROTECTION, flag);
        }
        Ok(attributes)
    }
}
