//! A step: one call with everything the applier must know about it, so that the applier decides nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Wave;
use crate::cloud::{Condition, Lookup, Merge, OnMissing, WriteCall};
use crate::model::Address;

/// The position of a step in its plan, counted from 0.
pub type StepId = usize;

/// One call of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its position in the plan.
    pub id: StepId,
    /// The resource it works on.
    pub address: Address,
    /// What it does, as an order: `put inline policy S3-Permissions`.
    pub title: String,
    /// The steps that must be done before. When one of them fails or is skipped, this one is skipped.
    pub needs: BTreeSet<StepId>,
    /// Steps of the same lane never run at the same time; apart from that they are independent.
    pub lane: String,
    /// Values found right before the call, in this order.
    pub lookups: Vec<Lookup>,
    /// The statement of a shared policy that it is about, read and put into the call right before it is sent.
    pub merge: Option<Merge>,
    /// What must be true before the call is sent, one after the other.
    pub ready: Vec<Condition>,
    /// What tells that the resource is still the one that was planned for, and still ours: verified right before the call,
    /// never waited for. A resource that is not there at all does not violate it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precondition: Option<Condition>,
    /// The call.
    pub call: WriteCall,
    /// What is true when the call has taken effect. Asked when its answer was lost, or when AWS says that
    /// the effect is there already; a step whose goal is met is done.
    pub goal: Option<Condition>,
    /// What to wait for after the call, before steps that need this one may run.
    pub settled: Option<Condition>,
    /// The resource that comes into being by this call.
    pub makes: Option<Address>,
    /// The resource that ceases to be by this call.
    pub removes: Option<Address>,
    /// Other resources the call names, which AWS may not see yet when this run made or changed them.
    pub subjects: BTreeSet<Address>,
    /// What it means that the thing named does not exist.
    pub on_missing: OnMissing,
    /// The wave it belongs to, when its resource is one of many that change one after the other.
    pub wave: Option<Wave>,
}
