//! The `spec` of a BucketDeny, whose doc comments are the schema's and the reference's text.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::Ensure;

/// A statement in the policy of an existing bucket that denies somebody something. The policy's other statements are left
/// alone. The document's name becomes the statement's `Sid`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BucketDenySpec {
    /// `absent` takes the statement out; a policy without any other statement is deleted.
    #[serde(default)]
    pub(super) ensure: Ensure,
    /// The name of the bucket, in whatever region.
    pub(super) bucket: String,
    /// Who is denied, by ARN: roles, users, sessions of roles, federated users. A user stands for all that it federates.
    #[serde(default)]
    pub(super) principals: Vec<String>,
    /// What is denied; `s3:*` by default.
    #[serde(default = "everything")]
    pub(super) actions: Vec<String>,
    /// On what, by ARN; the bucket and everything in it by default.
    pub(super) resources: Option<Vec<String>>,
    /// When, in IAM's own words; always by default.
    pub(super) condition: Option<Map<String, Value>>,
}

fn everything() -> Vec<String> {
    vec!["s3:*".to_owned()]
}
