//! A bucket: where it is, what its policy says, and its objects.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A bucket of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Bucket {
    /// The region it is in.
    pub region: String,
    /// When it was created, to the second.
    pub created: Timestamp,
    /// The policy's text, as it was put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The unique ids of the roles and users that the policy names, by ARN, as they were when it was put. One that is
    /// made again under its name is another principal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub principals: BTreeMap<String, String>,
    /// Objects by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub objects: BTreeMap<String, Object>,
}

impl Bucket {
    /// An empty bucket without a policy.
    pub fn new(region: &str, created: Timestamp) -> Bucket {
        Bucket {
            region: region.to_owned(),
            created,
            policy: None,
            principals: BTreeMap::new(),
            objects: BTreeMap::new(),
        }
    }
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Object {
    /// When it was last put, to the second.
    pub modified: Timestamp,
    /// Its media type.
    pub content_type: String,
    /// Its bytes; in base64 in the state file.
    #[serde(serialize_with = "encode", deserialize_with = "decode")]
    pub body: Vec<u8>,
}

fn encode<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(body))
}

fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map_err(D::Error::custom)
}
