//! Which instances a resource is about, and how many of them change at a time. Which ones these are in AWS is
//! found out by `live`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Address;

/// Which instances are meant where a declaration does not list their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Selector {
    /// Every instance that has all of these tags.
    Tags {
        /// Keys and values, compared exactly.
        tags: BTreeMap<String, String>,
        /// The states an instance may be in (`running`).
        states: BTreeSet<String>,
        /// Whether finding none is an error.
        required: bool,
    },
    /// The one instance that a resource of the stack launches. Made anew, it is launched with what is declared.
    Launched(Address),
}

/// How a change goes over many instances: wave by wave, each in effect before the next begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rollout {
    /// How many instances change at a time, at least 1.
    pub max_in_flight: usize,
    /// How long to wait between two waves, in seconds.
    pub pause_between: u64,
    /// After so many instances have failed no further wave begins; at least 1.
    pub abort_on_failures: usize,
}
