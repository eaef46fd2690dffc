//! The head of a plan: which stack, where, who, how much, and how risky.

use crate::model::{AwsScope, Caller};
use crate::plan::{Action, Counts, Plan, Risk};
use crate::render::words::{ACTIONS, RISKS, credentials, no_changes, symbol};
use crate::text::count;

/// Which stack, where, who looked, and what it comes to.
pub(crate) struct Headline<'a> {
    pub(crate) stack: &'a str,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) caller: &'a str,
    pub(crate) verdict: Verdict,
    /// How many resources by action.
    pub(crate) counts: Counts,
    /// `Apply sends 5 calls.`; none where it sends none.
    pub(crate) sends: Option<String>,
}

/// What a plan comes to.
pub(crate) enum Verdict {
    /// Why there is nothing to do.
    NoChanges(&'static str),
    Changes {
        /// How many changes of each action that occurs, with its words.
        counts: Vec<(Action, usize, &'static str)>,
        /// The same by the worst that can be said of each.
        risks: Vec<(Risk, usize, &'static str)>,
        /// How many instances get other credentials.
        credentials: String,
    },
}

impl<'a> Headline<'a> {
    pub(crate) fn of(plan: &'a Plan, destroy: bool) -> Self {
        let AwsScope {
            partition: _,
            account,
            region,
        } = &plan.setting;
        let Caller {
            arn,
            account: _,
            through: _,
        } = &plan.caller;
        let command = if destroy { "Destroy" } else { "Apply" };
        let calls = plan.steps.len();
        Self {
            stack: &plan.stack,
            account,
            region,
            caller: arn,
            verdict: Verdict::of(plan, destroy),
            counts: plan.counts(),
            sends: (calls > 0).then(|| format!("{command} sends {}.", count(calls, "call"))),
        }
    }
}

impl Verdict {
    fn of(plan: &Plan, destroy: bool) -> Self {
        if plan.is_empty() {
            return Self::NoChanges(no_changes(plan, destroy));
        }
        let (counts, risks) = (plan.counts(), plan.risks());
        Self::Changes {
            counts: (ACTIONS.into_iter())
                .filter_map(|(action, words)| Some((action, *counts.get(&action)?, words)))
                .collect(),
            risks: (RISKS.into_iter())
                .filter_map(|(risk, words)| Some((risk, *risks.get(&risk)?, words)))
                .collect(),
            credentials: credentials(plan),
        }
    }

    /// A line for the counts, each with the symbol that its changes have, one for the risks, one for the instances.
    pub(crate) fn sentences(&self) -> Vec<String> {
        match self {
            Self::NoChanges(why) => vec![format!("No changes. {why}")],
            Self::Changes {
                counts,
                risks,
                credentials,
            } => {
                let counts = counts.iter().map(|(action, number, words)| {
                    format!("{number} {words} ({})", symbol(*action))
                });
                let risks = risks
                    .iter()
                    .map(|(_, number, words)| format!("{number} {words}"));
                let (counts, risks): (Vec<_>, Vec<_>) = (counts.collect(), risks.collect());
                vec![
                    counts.join(", "),
                    format!("Risk: {}", risks.join(", ")),
                    credentials.clone(),
                ]
            }
        }
    }
}
