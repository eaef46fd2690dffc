//! What is gained or lost, as data: exact enough for a program, and all that a sentence about it needs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a change means for access.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessDiff {
    /// What is possible now and was not. Empty only where that is proven.
    pub gained: Vec<AccessChange>,
    /// What was possible and is not any more.
    pub lost: Vec<AccessChange>,
}

impl AccessDiff {
    /// Whether access stays exactly what it was.
    pub fn is_empty(&self) -> bool {
        let Self { gained, lost } = self;
        gained.is_empty() && lost.is_empty()
    }
}

/// One thing that is gained or lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessChange {
    /// What it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// Whether there surely is a request that is answered differently. Where it is not sure, it is possible.
    pub certain: bool,
}

/// What is gained or lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Subject {
    /// A role may do something.
    Permission(Permission),
    /// Somebody may assume a role.
    Trust(Permission),
    /// Somebody is denied something: lost when it is from now on, gained when it is no longer.
    Denial(Permission),
    /// What a managed policy allows; what that is stands in AWS.
    ManagedPolicy {
        /// Its ARN.
        arn: String,
    },
    /// What a managed policy denies, which is not known.
    ManagedDeny {
        /// Its ARN.
        arn: String,
    },
    /// What a permissions boundary kept away; what that is stands in AWS.
    Boundary {
        /// The ARN of the one that was there.
        before: Option<String>,
        /// The ARN of the one that takes its place.
        after: Option<String>,
    },
    /// How long a session lasts.
    SessionDuration {
        /// In seconds, before.
        before: u64,
        /// In seconds, after.
        after: u64,
    },
    /// Instances have the access of a role, directly or through a profile.
    Holder {
        /// The name of the role or profile.
        name: String,
    },
    /// A document that cannot be understood.
    Unreadable,
}

/// Some actions on some resources, for some principals, under some conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// Which actions, as patterns.
    pub actions: Names,
    /// What AWS has today of these.
    pub known: Known,
    /// On what; `*` where a policy names no resource.
    pub resources: Names,
    /// Who, where a policy names somebody.
    pub principals: Option<Names>,
    /// What has to hold now, as tests.
    pub conditions: Vec<String>,
    /// Why it differs.
    pub because: Because,
}

/// Patterns, without some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Names {
    /// All that one of these stands for.
    pub any: Vec<String>,
    /// Except what one of these stands for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
}

/// The actions that patterns stand for, as far as AWS has them today.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// How many there are, by what they do (`list`, `read`, `tagging`, `write`, `permissions`).
    pub levels: BTreeMap<String, usize>,
    /// Their names, up to [`Known::MOST`].
    pub names: Vec<String>,
}

impl Known {
    /// How many names are kept.
    pub const MOST: usize = 100;

    /// How many there are.
    pub fn count(&self) -> usize {
        self.levels.values().sum()
    }
}

/// Why access differs on the two sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", content = "conditions", rename_all = "kebab-case")]
pub enum Because {
    /// Only one side allows it.
    Statement,
    /// One side asks for these tests as well.
    Condition(Vec<String>),
    /// One side denies it, where these tests hold.
    Deny(Vec<String>),
}
