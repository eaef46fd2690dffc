//! What happens during an apply as JSON lines, for programs that follow it: one object a line, with a schema of its own. For
//! people `progress` draws the same events.

use jiff::Timestamp;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value as Json;

use super::report::Counts;
use crate::apply::{Effect, Event, Limit, Report, Skip};
use crate::cloud::{Class, Fault};
use crate::model::Address;
use crate::plan::{Plan, Step, StepId};

/// The version of the form. Fields and kinds of lines are only ever added to it.
const FORMAT_VERSION: u32 = 1;

/// One line of the stream.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "A line of rolewright apply --events")]
#[serde(rename_all = "camelCase")]
pub struct Line<'a> {
    /// The version of this form: 1.
    format_version: u32,
    /// When it happened.
    #[schemars(with = "String")]
    time: Timestamp,
    #[serde(flatten)]
    what: What<'a>,
}

/// What happened.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(
    tag = "event",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
enum What<'a> {
    /// The run begins. Always the first line.
    Began {
        stack: &'a str,
        account: &'a str,
        region: &'a str,
        /// How many steps there are.
        steps: usize,
    },
    /// A step's turn has come.
    Started {
        #[serde(flatten)]
        step: Subject<'a>,
    },
    /// A step waits for something to become true; sent again after each look.
    Waiting {
        #[serde(flatten)]
        step: Subject<'a>,
        /// What for, to follow "waiting for".
        reason: &'a str,
        /// Since when, in seconds.
        seconds: f64,
        /// Until when, in seconds; none where calls are counted.
        at_most: Option<f64>,
    },
    /// A call failed and will be sent again.
    Retrying {
        #[serde(flatten)]
        step: Subject<'a>,
        /// How many attempts have failed.
        attempt: u32,
        /// In how many seconds.
        delay: f64,
        /// Why, to follow "waiting for".
        reason: &'a str,
        /// What kind of trouble it is.
        #[schemars(with = "String")]
        class: Class,
    },
    /// A step is done.
    Done {
        #[serde(flatten)]
        step: Subject<'a>,
        /// How long it took, in seconds.
        seconds: f64,
    },
    /// A step failed for good.
    Failed {
        #[serde(flatten)]
        step: Subject<'a>,
        /// AWS's error code, or one of ours.
        code: &'a str,
        /// AWS's message.
        message: &'a str,
        /// AWS's request id.
        request_id: Option<&'a str>,
        /// What its call did to AWS all the same: `none`, `accepted`, `unknown`.
        #[schemars(with = "String")]
        effect: Effect,
    },
    /// A step was not tried.
    Skipped {
        #[serde(flatten)]
        step: Subject<'a>,
        /// `needs`, `interrupted`, `expired`, `aborted`.
        because: &'static str,
        /// The step that it needs and that failed.
        needs: Option<StepId>,
    },
    /// A wave of a rollout is through, and the next one waits.
    Paused {
        /// The document that is rolled out.
        rollout: &'a Address,
        /// The wave that comes next, counted from 1.
        next: usize,
        /// How many waves there are.
        of: usize,
        /// How long until it begins, in seconds.
        seconds: f64,
    },
    /// The user asked to stop: nothing new is started.
    Interrupted,
    /// The last step has ended, and AWS has been read back. Always the last line of a run that was not killed.
    Ended {
        /// Whether every step is done.
        complete: bool,
        /// Whether AWS reads back as declared.
        converged: bool,
        #[serde(flatten)]
        counts: Counts,
        /// How many calls were sent in all.
        calls: usize,
        /// How many of them AWS throttled.
        throttles: u32,
        /// How long it took, in seconds.
        seconds: f64,
        /// How the process ends.
        exit_code: u8,
    },
}

/// A step in the stream.
#[derive(Debug, Serialize, JsonSchema)]
struct Subject<'a> {
    /// Its position in the plan, counted from 0.
    step: StepId,
    /// The resource it works on.
    address: &'a Address,
    /// What it does.
    title: &'a str,
    /// Its call.
    action: String,
}

/// The schema of a line.
pub fn stream_schema() -> Json {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<Line<'_>>().into()
}

/// The first line.
pub fn began(plan: &Plan, time: Timestamp) -> Json {
    line(
        time,
        What::Began {
            stack: &plan.stack,
            account: &plan.setting.account,
            region: &plan.setting.region,
            steps: plan.steps.len(),
        },
    )
}

/// A line for an event; none for one of a step that the plan does not have.
pub fn happened(event: &Event, steps: &[Step], time: Timestamp) -> Option<Json> {
    what(event, steps).map(|what| line(time, what))
}

/// The last line.
pub fn ended(report: &Report, converged: bool, exit_code: u8, time: Timestamp) -> Json {
    line(
        time,
        What::Ended {
            complete: report.is_complete(),
            converged,
            counts: Counts::of(report),
            calls: report.calls,
            throttles: report.throttles,
            seconds: report.elapsed.as_secs_f64(),
            exit_code,
        },
    )
}

fn line(time: Timestamp, what: What<'_>) -> Json {
    let line = Line {
        format_version: FORMAT_VERSION,
        time,
        what,
    };
    // Plain data: there is nothing in it that JSON cannot hold.
    serde_json::to_value(line).unwrap_or_default()
}

fn what<'a>(event: &'a Event, steps: &'a [Step]) -> Option<What<'a>> {
    let subject = |id: &StepId| {
        let step = steps.get(*id)?;
        Some(Subject {
            step: step.id,
            address: &step.address,
            title: &step.title,
            action: step.call.call().full_name(),
        })
    };
    Some(match event {
        Event::Started { step } => What::Started {
            step: subject(step)?,
        },
        Event::Waiting {
            step,
            reason,
            elapsed,
            limit,
        } => What::Waiting {
            step: subject(step)?,
            reason,
            seconds: elapsed.as_secs_f64(),
            at_most: match limit {
                Limit::Time(most) => Some(most.as_secs_f64()),
                Limit::Attempts(_) => None,
            },
        },
        Event::Retrying {
            step,
            attempt,
            delay,
            reason,
            elapsed: _,
            limit: _,
            class,
        } => What::Retrying {
            step: subject(step)?,
            attempt: *attempt,
            delay: delay.as_secs_f64(),
            reason,
            class: *class,
        },
        Event::Done { step, elapsed } => What::Done {
            step: subject(step)?,
            seconds: elapsed.as_secs_f64(),
        },
        Event::Failed {
            step,
            fault,
            effect,
        } => failed(subject(step)?, fault, *effect),
        Event::Skipped { step, because } => skipped(subject(step)?, because),
        Event::Paused {
            rollout,
            next,
            of,
            pause,
        } => What::Paused {
            rollout,
            next: *next,
            of: *of,
            seconds: pause.as_secs_f64(),
        },
        Event::Interrupted => What::Interrupted,
    })
}

fn failed<'a>(step: Subject<'a>, fault: &'a Fault, effect: Effect) -> What<'a> {
    let Fault {
        class: _,
        call: _,
        code,
        message,
        status: _,
        request_id,
        hint: _,
    } = fault;
    What::Failed {
        step,
        code,
        message,
        request_id: request_id.as_deref(),
        effect,
    }
}

fn skipped<'a>(step: Subject<'a>, because: &Skip) -> What<'a> {
    let (because, needs) = match because {
        Skip::Needs(needs) => ("needs", Some(*needs)),
        Skip::Interrupted => ("interrupted", None),
        Skip::Expired => ("expired", None),
        Skip::Aborted { .. } => ("aborted", None),
    };
    What::Skipped {
        step,
        because,
        needs,
    }
}
