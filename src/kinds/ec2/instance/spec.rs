//! The `spec` of an Instance as it is written. What it declares is worked out in `declare`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::ec2::region::RegionName;
use crate::model::Ensure;

/// An EC2 instance that the stack launches.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct InstanceSpec {
    /// `absent` terminates the instance.
    #[serde(default)]
    pub(super) ensure: Ensure,
    /// The AMI. Required unless the instance is absent. Changing it replaces the instance.
    pub(super) image_id: Option<String>,
    /// The type, as `t3.micro`. Required unless the instance is absent. Changing it replaces the instance.
    pub(super) instance_type: Option<String>,
    /// The name of a key pair. Changing it replaces the instance.
    pub(super) key_name: Option<String>,
    /// The ids of its security groups; left out, EC2 chooses and they are not managed.
    #[schemars(length(min = 1))]
    pub(super) security_group_ids: Option<Vec<String>>,
    /// The subnet; left out, EC2 chooses. Changing it replaces the instance.
    pub(super) subnet_id: Option<String>,
    /// What the instance runs or reads when it first starts: text of up to 16 KB. Changing it replaces the instance.
    pub(super) user_data: Option<String>,
    /// The name of an instance profile of this stack, or the ARN of any: declares an InstanceAssociation of the
    /// instance's name.
    pub(super) instance_profile: Option<String>,
    /// Settings of the instance metadata service.
    #[serde(default)]
    pub(super) metadata_options: MetadataOptions,
    /// Whether AWS refuses to terminate the instance; left out, this is not managed.
    pub(super) termination_protection: Option<bool>,
    /// The region of the instance, the run's own by default. Changing it replaces the instance.
    pub(super) region: Option<RegionName>,
    /// Tags of the instance, over those of the stack.
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
}

/// Settings of the instance metadata service, which gives out the role's credentials.
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MetadataOptions {
    /// Whether requests need a session token: `required` is IMDSv2 only.
    #[serde(default)]
    pub(super) http_tokens: HttpTokens,
    /// How many network hops an answer may travel: 2 reaches containers.
    #[schemars(range(min = 1, max = 64))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) http_put_response_hop_limit: Option<u64>,
    /// Whether the service answers at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) http_endpoint: Option<Switch>,
    /// Whether the instance can read its own tags there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instance_metadata_tags: Option<Switch>,
}

/// Whether the metadata service wants a session token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum HttpTokens {
    /// IMDSv2 only.
    #[default]
    Required,
    /// IMDSv1 as well.
    Optional,
}

impl HttpTokens {
    /// As EC2 spells it (EC2 API reference, InstanceMetadataOptionsRequest).
    pub(super) fn name(self) -> &'static str {
        match self {
            HttpTokens::Required => "required",
            HttpTokens::Optional => "optional",
        }
    }
}

/// On or off, in EC2's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Switch {
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

impl Switch {
    /// As EC2 spells it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Switch::Enabled => "enabled",
            Switch::Disabled => "disabled",
        }
    }
}
