//! The `spec` of an InstanceAssociation as it is written. What it declares is worked out in `declare`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::kinds::duration;
use crate::kinds::ec2::region::RegionName;

/// Which instance profile EC2 instances have.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct InstanceAssociationSpec {
    /// The instances: `ids`, `tags` or `ref`.
    pub(super) instances: Instances,
    /// The name of an instance profile of this stack, or the ARN of any. Required to attach; with
    /// `ensure: detached` it limits the detaching to this profile.
    pub(super) instance_profile: Option<String>,
    /// Whether the instances shall have the profile.
    #[serde(default)]
    pub(super) ensure: Attachment,
    /// The region of the instances, the run's own by default.
    pub(super) region: Option<RegionName>,
    /// How a change goes over the instances; all at once by default.
    pub(super) rollout: Option<RolloutSpec>,
}

/// Which instances are meant: exactly one of `ids`, `tags` and `ref`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Instances {
    /// Their ids.
    #[schemars(length(min = 1))]
    pub(super) ids: Option<Vec<String>>,
    /// Every instance that has all of these tags, looked up when planning. Values are compared exactly.
    pub(super) tags: Option<BTreeMap<String, String>>,
    /// With `tags`: the states an instance may be in.
    #[schemars(length(min = 1))]
    pub(super) states: Option<BTreeSet<InstanceState>>,
    /// With `tags`: whether finding no instance is an error instead of a warning.
    pub(super) required: Option<bool>,
    /// The name of an Instance of this stack.
    #[serde(rename = "ref")]
    #[schemars(length(min = 1))]
    pub(super) reference: Option<String>,
}

/// The states in which an instance can have a profile, now or soon.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub(super) enum InstanceState {
    /// It is starting.
    Pending,
    /// It runs.
    Running,
    /// It is being stopped.
    Stopping,
    /// It is stopped.
    Stopped,
}

impl InstanceState {
    /// Every state in which an instance counts when nothing is said.
    pub(super) const ALL: [InstanceState; 4] = [
        InstanceState::Pending,
        InstanceState::Running,
        InstanceState::Stopping,
        InstanceState::Stopped,
    ];

    /// As EC2 spells it (EC2 API reference, InstanceState).
    pub(super) fn name(self) -> &'static str {
        match self {
            InstanceState::Pending => "pending",
            InstanceState::Running => "running",
            InstanceState::Stopping => "stopping",
            InstanceState::Stopped => "stopped",
        }
    }
}

/// Whether instances shall have the profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Attachment {
    /// They shall have it.
    #[default]
    Attached,
    /// They shall have no profile, or not this one when one is named.
    Detached,
}

/// How a change goes over many instances: in waves, each in effect before the next begins.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Rollout")]
pub(super) struct RolloutSpec {
    /// How many instances change at a time.
    #[schemars(range(min = 1))]
    pub(super) max_in_flight: usize,
    /// How long to wait between two waves: seconds, or a text such as `30s` or `5m`; at most a day.
    #[serde(default)]
    pub(super) pause_between: Pause,
    /// After so many instances have failed no further wave begins.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub(super) abort_on_failures: usize,
}

fn one() -> usize {
    1
}

/// The longest pause between two waves: nobody watches a run for longer than a day.
const LONGEST_PAUSE: u64 = 86_400;

/// A pause in seconds or as a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct Pause(serde_json::Value);

impl Default for Pause {
    fn default() -> Self {
        Self(0.into())
    }
}

impl Pause {
    /// The seconds, or what is wrong with them.
    pub(super) fn seconds(&self) -> Result<u64, String> {
        match duration::seconds(&self.0) {
            Some(seconds) if seconds <= LONGEST_PAUSE => Ok(seconds),
            Some(seconds) => Err(format!("a pause of {seconds} s is longer than a day")),
            None => Err(format!("{} is not a duration", self.0)),
        }
    }
}

impl JsonSchema for Pause {
    fn schema_name() -> Cow<'static, str> {
        "Pause".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "string"], "minimum": 0, "maximum": LONGEST_PAUSE, "minLength": 1 })
    }
}
