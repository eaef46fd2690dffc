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
    const KNOWN: &'static [KindName] = kind::DECLARED;
}

impl Vocabulary for Fields {
    const NOUN: &'static str = "field";
    const KNOWN: &'static [FieldName] = field::ALL;
}

impl Vocabulary for FactNames {
    const NOUN: &'static str = "fact";
    const KNOWN: &'static [FactName] = fact::ALL;
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

/// Constants of a vocabulary, and the list of them.
macro_rules! names {
    ($list:ident of $name:ident: $($(#[$doc:meta])* $constant:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $constant: $name = $name::new($text);)*
        /// Those that can be read from files.
        pub const $list: &[$name] = &[$($constant),*];
    };
}

/// The kinds.
pub mod kind {
    use super::KindName;

    names! { DECLARED of KindName:
        /// An IAM role.
        ROLE = "Role";
        /// An inline policy of an IAM user.
        USER_POLICY = "UserPolicy";
        /// A statement in the policy of a bucket.
        BUCKET_DENY = "BucketDeny";
        /// An instance profile.
        INSTANCE_PROFILE = "InstanceProfile";
        /// An EC2 instance.
        INSTANCE = "Instance";
        /// Which instance profile an instance has.
        INSTANCE_ASSOCIATION = "InstanceAssociation";
    }

    /// An IAM user, whose sessions can be revoked. No document declares one.
    pub const USER: KindName = KindName::new("User");
    /// A file of manifests, which findings about its comments name. No document declares one.
    pub const MANIFEST: KindName = KindName::new("Manifest");
}

/// The fields of all kinds. A field that means the same in several kinds has one name.
#[expect(
    missing_docs,
    reason = "the `spec` of its kind says what a field means"
)]
pub mod field {
    use super::FieldName;

    names! { ALL of FieldName:
        ACTIONS = "actions";
        BUCKET = "bucket";
        /// The comment in a manifest that allows a finding; of no kind.
        COMMENT = "comment";
        CONDITION = "condition";
        DESCRIPTION = "description";
        IMAGE_ID = "imageId";
        INLINE_POLICIES = "inlinePolicies";
        INSTANCE_PROFILE = "instanceProfile";
        INSTANCE_TYPE = "instanceType";
        KEY_NAME = "keyName";
        /// Where a document says the name in AWS: no field is compared under it, only places are kept.
        LIVE_NAME = "";
        MANAGED_POLICIES = "managedPolicies";
        MAX_SESSION_DURATION = "maxSessionDuration";
        METADATA_OPTIONS = "metadataOptions";
        PATH = "path";
        PERMISSIONS_BOUNDARY = "permissionsBoundary";
        POLICY = "policy";
        POLICY_NAME = "policyName";
        PRINCIPALS = "principals";
        REGION = "region";
        RESOURCES = "resources";
        ROLE = "role";
        SECURITY_GROUP_IDS = "securityGroupIds";
        STATEMENT = "statement";
        SUBNET_ID = "subnetId";
        TAGS = "tags";
        TERMINATION_PROTECTION = "terminationProtection";
        TRUST_POLICY = "trustPolicy";
        USER = "user";
        USER_DATA = "userData";
    }
}

/// The facts, whose values are in [`Facts`](super::Facts).
#[expect(missing_docs, reason = "`Facts` says what a fact means")]
pub mod fact {
    use super::FactName;

    names! { ALL of FactName:
        INSTANCE_STATE = "instance-state";
        NO_BUCKET = "no-bucket";
        NO_USER = "no-user";
        POLICY_TEXT = "policy-text";
        PREDECESSORS = "predecessors";
        REGION = "region";
        ROLE_ARN = "role-arn";
        TERMINATION_PROTECTED = "termination-protected";
        TWINS = "twins";
        UNREADABLE_POLICY = "unreadable-policy";
    }
}
