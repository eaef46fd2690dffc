//! What goes wrong and how often, as data. `injector` draws from it; `docs/sandbox.md` lists every field.

mod check;
mod delay;
mod presets;
mod script;
#[cfg(test)]
mod tests;
mod text;
mod throttle;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

pub use check::WeatherError;
pub use delay::Delay;
pub(crate) use delay::Draw;
pub use script::{Event, FaultKind, ScriptedAction};
pub use throttle::{Rate, Throttle};

/// How the sandbox behaves beyond doing what it is asked. Delays are texts such as `2s`, `30ms` or `2s..15s`, which is
/// drawn each time; probabilities are from 0 to 1. Equal weather and an equal sequence of calls give equal answers.
/// What is left out is as in the default:
///
/// ```yaml
/// seed: 7
/// propagation: {iamToEc2: 2s..15s, iamToIam: 2s}
/// latency: 20ms..200ms
/// throttle: {iam: {capacity: 20, refillPerSecond: 20, shared: true}}
/// serverErrors: 0.05
/// denied: ['iam:PutRolePolicy', 'ec2:*']
/// script:
///   - {on: iam:CreateRole, nth: 2, do: dropAfter}
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Weather {
    /// Seeds every draw.
    pub seed: u64,
    /// How long it takes until others see an IAM write, unless `propagation` says more. Drawn for each write.
    pub propagation_delay: Delay,
    /// The same for each pair of services.
    #[serde(skip_serializing_if = "Propagation::is_empty")]
    pub propagation: Propagation,
    /// How long it takes until lagging replicas of EC2 see a write to EC2: a launched instance, its tags, a new
    /// association. How often one of them answers is `stale_reads`. Drawn for each write.
    #[serde(skip_serializing_if = "Delay::is_zero")]
    pub ec2_delay: Delay,
    /// How long every answer takes. Drawn for each call.
    pub latency: Delay,
    /// How long associating and disassociating an instance profile last. Drawn for each call.
    pub association_delay: Delay,
    /// How long an instance is pending, stopping, or shutting down. Drawn for each call.
    pub instance_delay: Delay,
    /// Token buckets. What has none is never throttled.
    #[serde(skip_serializing_if = "Throttle::is_off")]
    pub throttle: Throttle,
    /// Probability that a call fails with 500 or 503 before it has any effect.
    pub server_errors: f64,
    /// Probability that the connection is closed before a call has any effect.
    #[serde(skip_serializing_if = "is_never")]
    pub dropped_before: f64,
    /// Probability that a call takes effect and its answer is lost: the connection is closed.
    pub lost_responses: f64,
    /// Probability that a call soon after a write is served by a replica that lags behind: reads show old data, writes
    /// fail with `NoSuchEntity`, `DeleteConflict` or `InvalidInstanceID.NotFound` if the replica would.
    pub stale_reads: f64,
    /// Probability that an IAM write fails with `ConcurrentModification`, or a change of tags in EC2 with
    /// `ConcurrentTagAccess`, before it has any effect.
    pub concurrent_modifications: f64,
    /// Probability that `DeleteRole` or `DeleteInstanceProfile` fails with `DeleteConflict` because what held it was
    /// removed less than the propagation delay ago.
    #[serde(skip_serializing_if = "is_never")]
    pub delete_conflicts: f64,
    /// Probability that `GetRole` or `GetInstanceProfile` shows the unique id in place of the ARN of something that was
    /// made less than the propagation delay ago.
    #[serde(skip_serializing_if = "is_never")]
    pub unresolved_arns: f64,
    /// Probability that a launch or a start fails with `InsufficientInstanceCapacity`.
    #[serde(skip_serializing_if = "is_never")]
    pub insufficient_capacity: f64,
    /// Probability that a page of an IAM list ends early although more follows.
    pub short_pages: f64,
    /// How far the sandbox's clock is ahead of the caller's, or behind if negative.
    #[serde(
        serialize_with = "jiff::fmt::serde::duration::friendly::compact::required",
        skip_serializing_if = "SignedDuration::is_zero"
    )]
    pub clock_skew: SignedDuration,
    /// How long the credentials last that the sandbox hands out at `/credentials`, as a container's metadata
    /// service does. Without it, it hands out none.
    #[serde(
        serialize_with = "jiff::fmt::serde::duration::friendly::compact::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub credential_lifetime: Option<SignedDuration>,
    /// Actions that the caller's policies do not allow, as `iam:PutRolePolicy`, or `iam:*` for a whole service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<String>,
    /// Whether the caller's own policies decide what it may do.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enforce_policies: bool,
    /// What happens to which calls, exactly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub script: Vec<Event>,
}

/// How long it takes until an IAM write is seen elsewhere, by who is to see it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Propagation {
    /// EC2: instance profiles and the roles inside them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iam_to_ec2: Option<Delay>,
    /// IAM itself: principals in trust policies, and lagging replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iam_to_iam: Option<Delay>,
}

impl Propagation {
    fn is_empty(&self) -> bool {
        *self == Propagation::default()
    }
}

impl Weather {
    /// What happens by chance: the field that says how often, the fault, and the probability.
    pub(crate) fn odds(&self) -> [(&'static str, FaultKind, f64); 9] {
        use FaultKind as Kind;
        [
            ("serverErrors", Kind::ServerError, self.server_errors),
            ("droppedBefore", Kind::DropBefore, self.dropped_before),
            ("lostResponses", Kind::DropAfter, self.lost_responses),
            ("staleReads", Kind::Stale, self.stale_reads),
            (
                "concurrentModifications",
                Kind::ConcurrentModification,
                self.concurrent_modifications,
            ),
            (
                "deleteConflicts",
                Kind::DeleteConflict,
                self.delete_conflicts,
            ),
            ("unresolvedArns", Kind::UnresolvedArn, self.unresolved_arns),
            (
                "insufficientCapacity",
                Kind::InsufficientCapacity,
                self.insufficient_capacity,
            ),
            ("shortPages", Kind::ShortPage, self.short_pages),
        ]
    }

    /// How long EC2 does not see an IAM write.
    pub(crate) fn iam_to_ec2(&self) -> Delay {
        self.propagation
            .iam_to_ec2
            .unwrap_or(self.propagation_delay)
    }

    /// How long IAM's own replicas and its check of principals do not see an IAM write.
    pub(crate) fn iam_to_iam(&self) -> Delay {
        self.propagation
            .iam_to_iam
            .unwrap_or(self.propagation_delay)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_never(probability: &f64) -> bool {
    *probability == 0.0
}
