//! An instance and its states.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;

/// An EC2 instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Instance {
    /// The id, `i-…`.
    pub id: String,
    /// The reservation it was launched in, `r-…`.
    pub reservation: String,
    /// Where it is in its life.
    pub state: InstanceState,
    /// When the state changes by itself; absent while it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes_at: Option<Timestamp>,
    /// The AMI.
    pub image_id: String,
    /// The type, such as `t3.micro`.
    pub instance_type: String,
    /// When it was launched, to the second.
    pub launched: Timestamp,
    /// Its key pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_name: Option<String>,
    /// Its subnet.
    pub subnet_id: String,
    /// Its security groups: ids.
    pub security_groups: Vec<String>,
    /// The user data as sent: base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_data: Option<String>,
    /// Settings of the metadata service.
    pub metadata_options: MetadataOptions,
    /// Whether it is protected from termination.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disable_api_termination: bool,
    /// What it does when it shuts itself down.
    #[serde(default)]
    pub shutdown_behavior: ShutdownBehavior,
    /// The token of the launch, which makes a repeated launch the same launch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_token: Option<String>,
    /// A fingerprint of the launch's parameters, to recognise a token that is used for something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_fingerprint: Option<String>,
    /// Tags; keys are case-sensitive.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

/// Settings of an instance's metadata service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MetadataOptions {
    /// `required` (IMDSv2 only) or `optional`.
    pub http_tokens: String,
    /// How many network hops an answer may travel, 1 to 64.
    pub http_put_response_hop_limit: u32,
    /// `enabled` or `disabled`.
    pub http_endpoint: String,
    /// Whether tags are shown to the instance: `enabled` or `disabled`.
    #[serde(default = "disabled")]
    pub instance_metadata_tags: String,
}

fn disabled() -> String {
    "disabled".to_owned()
}

impl Default for MetadataOptions {
    fn default() -> MetadataOptions {
        MetadataOptions {
            http_tokens: "optional".to_owned(),
            http_put_response_hop_limit: 1,
            http_endpoint: "enabled".to_owned(),
            instance_metadata_tags: disabled(),
        }
    }
}

/// What becomes of an instance that shuts itself down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShutdownBehavior {
    /// It is stopped.
    #[default]
    Stop,
    /// It is terminated.
    Terminate,
}

impl ShutdownBehavior {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            ShutdownBehavior::Stop => "stop",
            ShutdownBehavior::Terminate => "terminate",
        }
    }
}

/// An instance's state (EC2 API reference, InstanceState).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceState {
    /// Being launched or started.
    Pending,
    /// Running.
    Running,
    /// Being terminated.
    ShuttingDown,
    /// Gone for good; stays in listings for about an hour.
    Terminated,
    /// Being stopped.
    Stopping,
    /// Stopped.
    Stopped,
}

impl InstanceState {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            InstanceState::Pending => "pending",
            InstanceState::Running => "running",
            InstanceState::ShuttingDown => "shutting-down",
            InstanceState::Terminated => "terminated",
            InstanceState::Stopping => "stopping",
            InstanceState::Stopped => "stopped",
        }
    }

    /// The code on the wire.
    pub fn code(self) -> u8 {
        match self {
            InstanceState::Pending => 0,
            InstanceState::Running => 16,
            InstanceState::ShuttingDown => 32,
            InstanceState::Terminated => 48,
            InstanceState::Stopping => 64,
            InstanceState::Stopped => 80,
        }
    }

    /// Where a passing state leads.
    pub(crate) fn next(self) -> InstanceState {
        match self {
            InstanceState::Pending => InstanceState::Running,
            InstanceState::Stopping => InstanceState::Stopped,
            InstanceState::ShuttingDown => InstanceState::Terminated,
            lasting => lasting,
        }
    }
}
