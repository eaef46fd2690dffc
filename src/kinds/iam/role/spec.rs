//! `spec` of a Role, as typed. What the values mean is worked out in `declare`.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::kinds::{PolicySource, duration};
use crate::model::{Ensure, Mode};

/// An IAM role: who may assume it (`trustPolicy`) and what it may do.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RoleSpec {
    /// `absent` deletes the role.
    #[serde(default)]
    pub ensure: Ensure,
    /// The path in the role's ARN, `/` by default. Changing it replaces the role.
    pub path: Option<String>,
    /// Up to 1000 characters of Latin-1.
    pub description: Option<String>,
    /// How long a session may last: seconds, or a text such as `12h` or `90m`. From 1h (the default) to 12h.
    pub max_session_duration: Option<SessionDuration>,
    /// Who may assume the role. Required unless the role is absent.
    pub trust_policy: Option<PolicySource>,
    /// Policies that live inside the role, by name.
    #[serde(default)]
    pub inline_policies: BTreeMap<String, PolicySource>,
    /// ARNs of managed policies attached to the role.
    #[serde(default)]
    pub managed_policies: Vec<String>,
    /// What happens to inline policies that are not declared here.
    #[serde(default)]
    pub inline_policy_mode: Mode,
    /// What happens to attached managed policies that are not declared here.
    #[serde(default)]
    pub managed_policy_mode: Mode,
    /// The ARN of the managed policy that bounds what the role may ever do.
    pub permissions_boundary: Option<String>,
    /// Tags of the role, over those of the stack.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Denies everything to sessions issued before this time (RFC 3339), as the console's
    /// "Revoke active sessions" does.
    pub revoke_sessions_issued_before: Option<String>,
    /// `true` also makes an instance profile of the same name, as the console does; a text names it.
    pub instance_profile: Option<ProfileSugar>,
}

/// A duration in seconds, given as a number or as a text with units.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct SessionDuration(serde_json::Value);

/// IAM's bounds, in seconds (IAM API reference, CreateRole).
const SHORTEST: u64 = 3600;
const LONGEST: u64 = 43_200;

impl SessionDuration {
    /// The seconds, or what is wrong with them.
    pub(super) fn seconds(&self) -> Result<u64, String> {
        match duration::seconds(&self.0) {
            Some(seconds) if (SHORTEST..=LONGEST).contains(&seconds) => Ok(seconds),
            Some(seconds) => Err(format!(
                "{seconds} s is outside of what IAM allows: 1h to 12h"
            )),
            None => Err(format!("{} is not a duration", self.0)),
        }
    }
}

impl JsonSchema for SessionDuration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SessionDuration".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "string"], "minimum": SHORTEST, "maximum": LONGEST, "minLength": 1 })
    }
}

/// Whether a role brings an instance profile along, and its name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct ProfileSugar(serde_json::Value);

impl ProfileSugar {
    /// The profile's name, if there shall be one.
    pub(super) fn name(&self, role: &str) -> Option<String> {
        match &self.0 {
            serde_json::Value::Bool(true) => Some(role.to_owned()),
            serde_json::Value::String(name) => Some(name.clone()),
            _ => None,
        }
    }
}

impl JsonSchema for ProfileSugar {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "InstanceProfileName".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["boolean", "string"], "minLength": 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(value: serde_json::Value) -> Result<u64, String> {
        SessionDuration(value).seconds()
    }

    #[test]
    fn durations_are_seconds_or_texts_with_units() {
        assert_eq!(seconds(7200.into()), Ok(7200));
        assert_eq!(seconds("7200".into()), Ok(7200));
        assert_eq!(seconds("12h".into()), Ok(43_200));
        assert_eq!(seconds("90m".into()), Ok(5400));
        assert_eq!(seconds("1h 30m".into()), Ok(5400));
    }

    #[test]
    fn durations_out_of_bounds_or_reason_are_refused() {
        assert!(seconds("13h".into()).unwrap_err().contains("1h to 12h"));
        assert!(seconds(60.into()).unwrap_err().contains("60 s is outside"));
        assert_eq!(
            seconds("soon".into()),
            Err("\"soon\" is not a duration".to_owned())
        );
    }
}
