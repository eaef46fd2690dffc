//! How resources and their fields are named in plans, messages and files.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{FieldName, KindName};

/// The name of a resource within a stack: `Role/s3access`, `InstanceAssociation/web[i-0abc]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Address {
    /// The kind.
    pub kind: KindName,
    /// `metadata.name` of the document.
    pub name: String,
    /// Which one of several that a document stands for (the instance of an association).
    pub member: Option<String>,
}

impl Address {
    /// The resource that a document of a kind declares.
    pub fn new(kind: KindName, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            member: None,
        }
    }

    /// One of several resources that a document stands for.
    #[must_use]
    pub fn member(mut self, member: &str) -> Self {
        self.member = Some(member.to_owned());
        self
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, member } = self;
        match member {
            Some(member) => write!(out, "{kind}/{name}[{member}]"),
            None => write!(out, "{kind}/{name}"),
        }
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (kind, rest) = text
            .split_once('/')
            .ok_or_else(|| format!("`{text}` is not of the form KIND/NAME"))?;
        let kind = kind.parse()?;
        match rest.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((name, member)) => Ok(Self::new(kind, name).member(member)),
            None => Ok(Self::new(kind, rest)),
        }
    }
}

/// The name of a field within a resource: `path`, or one member of a collection: `inlinePolicies.S3-Permissions`.
/// In files it is written as it is shown; no field has a dot in its name, so that it reads back as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FieldPath {
    /// The field.
    pub field: FieldName,
    /// The member, when the field is a collection (a policy's name or ARN, a tag's key).
    pub member: Option<String>,
}

impl FieldPath {
    /// A plain field.
    pub fn new(field: FieldName) -> Self {
        Self {
            field,
            member: None,
        }
    }

    /// One member of a collection.
    pub fn member(field: FieldName, member: &str) -> Self {
        Self {
            field,
            member: Some(member.to_owned()),
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, member } = self;
        match member {
            Some(member) => write!(out, "{field}.{member}"),
            None => write!(out, "{field}"),
        }
    }
}

impl From<FieldPath> for String {
    fn from(path: FieldPath) -> Self {
        path.to_string()
    }
}

impl TryFrom<String> for FieldPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Ok(match text.split_once('.') {
            Some((field, member)) => Self::member(field.parse()?, member),
            None => Self::new(text.parse()?),
        })
    }
}

impl JsonSchema for Address {
    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "`KIND/NAME` or `KIND/NAME[MEMBER]`." })
    }
}

impl JsonSchema for FieldPath {
    fn schema_name() -> Cow<'static, str> {
        "FieldPath".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "`FIELD` or `FIELD.MEMBER`." })
    }
}

#[cfg(test)]
mod tests {
    use super::super::field;
    use super::*;

    #[test]
    fn addresses_read_back_as_they_were_written() {
        for text in ["Role/s3access", "InstanceAssociation/web[i-0abc]"] {
            assert_eq!(
                Address::try_from(text.to_owned()).unwrap().to_string(),
                text
            );
        }
        assert!(Address::try_from("s3access".to_owned()).is_err());
    }

    #[test]
    fn field_paths_read_back_as_they_were_written() {
        for path in [
            FieldPath::new(field::PATH),
            FieldPath::member(field::TAGS, "a.b=c"),
            FieldPath::member(field::MANAGED_POLICIES, "arn:aws:iam::aws:policy/A"),
        ] {
            assert_eq!(FieldPath::try_from(path.to_string()), Ok(path));
        }
    }
}
