//! The names of kinds and of their fields, each text once: a name is copied and compared without making a text, and what
//! is read from a file is one of them or an error. What a kind or a field is, is said in `kinds`.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name of a vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<V>(&'static str, PhantomData<V>);

/// The name of a kind, as in `kind:` of a document.
pub type KindName = Name<Kinds>;

/// The name of a field, as in `spec`.
pub type FieldName = Name<Fields>;

/// The name of a fact, as in files.
pub type FactName = Name<FactNames>;

/// The vocabulary of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kinds {}

/// The vocabulary of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fields {}

/// The vocabulary of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactNames {}

/// A list of names that texts are looked up in.
pub trait Vocabulary: Sized + 'static {
    /// What one of them is called in messages.
    const NOUN: &'static str;
    /// The names that can be read from files.
    const KNOWN: &'static [Name<Self>];
}

impl Vocabulary for Kinds {
    const NOUN: &'static str = "kind";
    const KNOWN: &'static [KindName] = &kind::DECLARED;
}

impl Vocabulary for Fields {
    const NOUN: &'static str = "field";
    const KNOWN: &'static [FieldName] = &field::ALL;
}

impl Vocabulary for FactNames {
    const NOUN: &'static str = "fact";
    const KNOWN: &'static [FactName] = &fact::ALL;
}

impl<V> Name<V> {
    const fn new(text: &'static str) -> Self {
        Self(text, PhantomData)
    }

    /// The text.
    pub const fn as_str(self) -> &'static str
    where
        V: Copy,
    {
        self.0
    }
}

impl<V> fmt::Debug for Name<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, out)
    }
}

impl<V> fmt::Display for Name<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.0)
    }
}

impl<V: Vocabulary> FromStr for Name<V> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut known = V::KNOWN.iter();
        let found = known.find(|name| name.0 == text);
        found.map(|name| Self::new(name.0)).ok_or_else(|| {
            let noun = V::NOUN;
            let known: Vec<&str> = V::KNOWN
                .iter()
                .map(|name| name.0)
                .filter(|name| !name.is_empty())
                .collect();
            format!(
                "there is no {noun} `{text}`; the {noun}s are {}",
                known.join(", ")
            )
        })
    }
}

impl<V> Serialize for Name<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de, V: Vocabulary> Deserialize<'de> for Name<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl<V> JsonSchema for Name<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// The kinds.
pub mod kind {
    use super::KindName;

    /// An IAM role.
    pub const ROLE: KindName = KindName::new("Role");
    /// An inline policy of an IAM user.
    pub const USER_POLICY: KindName = KindName::new("UserPolicy");
    /// A statement in the policy of a bucket.
    pub const BUCKET_DENY: KindName = KindName::new("BucketDeny");
    /// An instance profile.
    pub const INSTANCE_PROFILE: KindName = KindName::new("InstanceProfile");
    /// An EC2 instance.
    pub const INSTANCE: KindName = KindName::new("Instance");
    /// Which instance profile an instance has.
    pub const INSTANCE_ASSOCIATION: KindName = KindName::new("InstanceAssociation");
    /// An IAM user, whose sessions can be revoked. No document declares one.
    pub const USER: KindName = KindName::new("User");
    /// A file of manifests, which findings about its comments name. No document declares one.
    pub const MANIFEST: KindName = KindName::new("Manifest");

    /// The kinds that documents declare.
    pub const DECLARED: [KindName; 6] = [
        ROLE,
        USER_POLICY,
        BUCKET_DENY,
        INSTANCE_PROFILE,
        INSTANCE,
        INSTANCE_ASSOCIATION,
    ];
}

/// The fields of all kinds. A field that means the same in several kinds has one name.
#[expect(
    missing_docs,
    reason = "the `spec` of its kind says what a field means"
)]
pub mod field {
    use super::FieldName;

    pub const ACTIONS: FieldName = FieldName::new("actions");
    pub const BUCKET: FieldName = FieldName::new("bucket");
    /// The comment in a manifest that allows a finding; of no kind.
    pub const COMMENT: FieldName = FieldName::new("comment");
    pub const CONDITION: FieldName = FieldName::new("condition");
    pub const DESCRIPTION: FieldName = FieldName::new("description");
    pub const IMAGE_ID: FieldName = FieldName::new("imageId");
    pub const INLINE_POLICIES: FieldName = FieldName::new("inlinePolicies");
    pub const INSTANCE_PROFILE: FieldName = FieldName::new("instanceProfile");
    pub const INSTANCE_TYPE: FieldName = FieldName::new("instanceType");
    pub const KEY_NAME: FieldName = FieldName::new("keyName");
    /// Where a document says the name in AWS: no field is compared under it, only places are kept.
    pub const LIVE_NAME: FieldName = FieldName::new("");
    pub const MANAGED_POLICIES: FieldName = FieldName::new("managedPolicies");
    pub const MAX_SESSION_DURATION: FieldName = FieldName::new("maxSessionDuration");
    pub const METADATA_OPTIONS: FieldName = FieldName::new("metadataOptions");
    pub const PATH: FieldName = FieldName::new("path");
    pub const PERMISSIONS_BOUNDARY: FieldName = FieldName::new("permissionsBoundary");
    pub const POLICY: FieldName = FieldName::new("policy");
    pub const POLICY_NAME: FieldName = FieldName::new("policyName");
    pub const PRINCIPALS: FieldName = FieldName::new("principals");
    pub const REGION: FieldName = FieldName::new("region");
    pub const RESOURCES: FieldName = FieldName::new("resources");
    pub const ROLE: FieldName = FieldName::new("role");
    pub const SECURITY_GROUP_IDS: FieldName = FieldName::new("securityGroupIds");
    pub const STATEMENT: FieldName = FieldName::new("statement");
    pub const SUBNET_ID: FieldName = FieldName::new("subnetId");
    pub const TAGS: FieldName = FieldName::new("tags");
    pub const TERMINATION_PROTECTION: FieldName = FieldName::new("terminationProtection");
    pub const TRUST_POLICY: FieldName = FieldName::new("trustPolicy");
    pub const USER: FieldName = FieldName::new("user");
    pub const USER_DATA: FieldName = FieldName::new("userData");

    /// All of them.
    pub(super) const ALL: [FieldName; 30] = [
        ACTIONS,
        BUCKET,
        COMMENT,
        CONDITION,
        DESCRIPTION,
        IMAGE_ID,
        INLINE_POLICIES,
        INSTANCE_PROFILE,
        INSTANCE_TYPE,
        KEY_NAME,
        LIVE_NAME,
        MANAGED_POLICIES,
        MAX_SESSION_DURATION,
        METADATA_OPTIONS,
        PATH,
        PERMISSIONS_BOUNDARY,
        POLICY,
        POLICY_NAME,
        PRINCIPALS,
        REGION,
        RESOURCES,
        ROLE,
        SECURITY_GROUP_IDS,
        STATEMENT,
        SUBNET_ID,
        TAGS,
        TERMINATION_PROTECTION,
        TRUST_POLICY,
        USER,
        USER_DATA,
    ];
}

/// The facts, whose values are in [`Facts`](super::Facts).
#[expect(missing_docs, reason = "`Facts` says what a fact means")]
pub mod fact {
    use super::FactName;

    pub const INSTANCE_STATE: FactName = FactName::new("instance-state");
    pub const NO_BUCKET: FactName = FactName::new("no-bucket");
    pub const NO_USER: FactName = FactName::new("no-user");
    pub const POLICY_TEXT: FactName = FactName::new("policy-text");
    pub const PREDECESSORS: FactName = FactName::new("predecessors");
    pub const REGION: FactName = FactName::new("region");
    pub const ROLE_ARN: FactName = FactName::new("role-arn");
    pub const TERMINATION_PROTECTED: FactName = FactName::new("termination-protected");
    pub const TWINS: FactName = FactName::new("twins");
    pub const UNREADABLE_POLICY: FactName = FactName::new("unreadable-policy");

    /// All of them.
    pub(super) const ALL: [FactName; 10] = [
        INSTANCE_STATE,
        NO_BUCKET,
        NO_USER,
        POLICY_TEXT,
        PREDECESSORS,
        REGION,
        ROLE_ARN,
        TERMINATION_PROTECTED,
        TWINS,
        UNREADABLE_POLICY,
    ];
}
