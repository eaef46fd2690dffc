//! Draws how an apply ended: counts on one line, failures in full, what was skipped by its cause, and what to
//! do next. Fits one screen for a hundred steps.

use std::collections::BTreeMap;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::progress::{lasting, name_of};
use super::style::{Label, Style};
use crate::apply::{Effect, Outcome, Report, Skip};
use crate::cloud::{Class, Fault};
use crate::model::Address;
use crate::plan::{Step, StepId};
use crate::text;

/// How many skipped steps of one cause are listed.
const LISTED: usize = 5;

/// The report as text, ending in a line break.
pub fn report(report: &Report, steps: &[Step], style: Style) -> String {
    let page = Page::of(report, steps, style);
    let mut sections = page.sections();
    sections.extend(Some(page.rest()).filter(|rest| !rest.is_empty()));
    sections.join("\n")
}

/// The report of a rehearsal: the same without what to do next, because nothing of it is left to go on from.
pub fn rehearsal(report: &Report, steps: &[Step], style: Style) -> String {
    Page::of(report, steps, style).sections().join("\n")
}

/// The report as data: `formatVersion`, `complete`, `interrupted`, `calls`, `retries`, `throttles`, `seconds`, `counts`, and `steps` in the order
/// of their ids, each with `step`, `title`, `address`, `action` and `outcome`.
pub fn report_json(report: &Report, steps: &[Step]) -> Value {
    let Report {
        outcomes,
        interrupted,
        retries,
        throttles,
        calls,
        elapsed,
    } = report;
    let step = |step: &Step| {
        json!({
            "step": step.id,
            "title": step.title,
            "address": step.address,
            "action": step.call.call().full_name(),
            "outcome": outcomes.get(&step.id),
        })
    };
    json!({
        "formatVersion": 1,
        "complete": report.is_complete(),
        "interrupted": interrupted,
        "calls": calls,
        "retries": retries,
        "throttles": throttles,
        "seconds": elapsed.as_secs_f64(),
        "counts": Counts::of(report),
        "steps": steps.iter().map(step).collect::<Vec<_>>(),
    })
}

/// How many steps ended in which way.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Counts {
    done: usize,
    failed: usize,
    skipped: usize,
}

impl Counts {
    pub(super) fn of(report: &Report) -> Self {
        let mut counts = Self::default();
        for outcome in report.outcomes.values() {
            match outcome {
                Outcome::Done { .. } => counts.done += 1,
                Outcome::Failed { .. } => counts.failed += 1,
                Outcome::Skipped(_) => counts.skipped += 1,
            }
        }
        counts
    }
}

/// Why steps were skipped, at the root of the chain.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Root {
    Failed(StepId),
    Aborted(Address, usize),
    Interrupted,
    Expired,
    /// A need that is no step, or one that needs itself.
    Stuck(StepId),
}

struct Page<'a> {
    report: &'a Report,
    steps: BTreeMap<StepId, &'a Step>,
    style: Style,
}

impl<'a> Page<'a> {
    fn of(report: &'a Report, steps: &'a [Step], style: Style) -> Self {
        Self {
            report,
            steps: steps.iter().map(|step| (step.id, step)).collect(),
            style,
        }
    }

    /// What happened.
    fn sections(&self) -> Vec<String> {
        let sections = [self.headline(), self.failures(), self.skipped()];
        sections.into_iter().filter(|s| !s.is_empty()).collect()
    }

    fn headline(&self) -> String {
        let Counts {
            done,
            failed,
            skipped,
        } = Counts::of(self.report);
        let Report {
            outcomes,
            interrupted,
            retries,
            throttles,
            calls,
            elapsed,
        } = self.report;
        let mut line = if outcomes.is_empty() {
            "nothing was to be done".to_owned()
        } else if self.report.is_complete() {
            let all = text::count(done, "step");
            format!("{done} of {all} done in {}", lasting(*elapsed))
        } else {
            let (all, took) = (text::count(outcomes.len(), "step"), lasting(*elapsed));
            format!("{done} of {all} done in {took}, {failed} failed, {skipped} skipped")
        };
        if *interrupted {
            line.push_str(", stopped by request");
        }
        if *retries > 0 {
            let calls = text::count(*retries as usize, "call");
            let were = if *retries == 1 { "was" } else { "were" };
            let _ = write!(line, "; {calls} {were} sent again");
        }
        if *throttles > 0 {
            let all = match calls {
                0 => String::new(),
                calls => format!(" of {}", text::count(*calls, "call")),
            };
            let _ = write!(line, "; AWS throttled {throttles}{all}");
        }
        self.style.paint(Label::Strong, &line) + "\n"
    }

    /// The first failure of each sort in full, the others of that sort by name: thirty instances that fail alike
    /// have one cause.
    fn failures(&self) -> String {
        let mut sorts: BTreeMap<(&str, &str, String), Vec<StepId>> = BTreeMap::new();
        for (id, outcome) in &self.report.outcomes {
            if let Outcome::Failed { fault, effect, .. } = outcome {
                let sort = (&*fault.call, &*fault.code, format!("{effect:?}"));
                sorts.entry(sort).or_default().push(*id);
            }
        }
        let mut sorts: Vec<Vec<StepId>> = sorts.into_values().collect();
        sorts.sort();
        sorts.iter().map(|ids| self.sort(ids)).collect()
    }

    fn sort(&self, ids: &[StepId]) -> String {
        let mut page = String::new();
        let Some((first, others)) = ids.split_first() else {
            return page;
        };
        let outcome = self.report.outcomes.get(first);
        if let Some(Outcome::Failed {
            fault,
            attempts,
            effect,
        }) = outcome
        {
            let symbol = self.style.paint(Label::Removed, "!");
            let _ = writeln!(page, "{symbol} {}", self.full_name(*first));
            let detail = text::indent(&self.details(fault, *attempts, *effect), "    ");
            let _ = writeln!(page, "{detail}");
            if !others.is_empty() {
                let more = text::count(others.len(), "more step");
                let _ = writeln!(page, "  {more} failed with {}:", fault.code);
                page.push_str(&self.list(others));
            }
        }
        page
    }

    fn list(&self, steps: &[StepId]) -> String {
        let mut page = String::new();
        for id in steps.iter().take(LISTED) {
            let _ = writeln!(page, "    {}", self.name(*id));
        }
        if let Some(more) = steps.len().checked_sub(LISTED).filter(|more| *more > 0) {
            let _ = writeln!(page, "    and {more} more");
        }
        page
    }

    fn details(&self, fault: &Fault, attempts: u32, effect: Effect) -> String {
        let mut lines = Vec::new();
        match effect {
            Effect::None => {}
            Effect::Unknown => lines.push("the call may have taken effect:".to_owned()),
            Effect::Accepted => {
                lines.push("the call was accepted, but its effect was not seen:".to_owned());
            }
        }
        lines.push(fault.to_string());
        let sent = match attempts {
            0 => "not sent".to_owned(),
            1 => "sent once".to_owned(),
            _ => format!("sent {attempts} times"),
        };
        let sent = match &fault.request_id {
            Some(id) => format!("{sent}, request id {id}"),
            None => sent,
        };
        lines.push(self.style.paint(Label::Faint, &sent));
        if let Some(hint) = &fault.hint {
            lines.push(self.style.paint(Label::Hint, &format!("hint: {hint}")));
        }
        lines.join("\n")
    }

    fn skipped(&self) -> String {
        let mut causes: BTreeMap<Root, Vec<StepId>> = BTreeMap::new();
        for (id, outcome) in &self.report.outcomes {
            if let Outcome::Skipped(because) = outcome {
                causes.entry(self.root(because)).or_default().push(*id);
            }
        }
        let groups: Vec<String> = causes
            .iter()
            .map(|(root, steps)| self.group(root, steps))
            .collect();
        groups.join("\n")
    }

    fn group(&self, root: &Root, steps: &[StepId]) -> String {
        let why = match root {
            Root::Failed(id) => format!("because this failed: {}", self.name(*id)),
            Root::Aborted(rollout, failures) => format!(
                "because {} of {rollout} failed: no further wave began",
                text::count(*failures, "instance")
            ),
            Root::Interrupted => "because the run was stopped".to_owned(),
            Root::Expired => "because the credentials have expired".to_owned(),
            Root::Stuck(id) => format!("because the plan has no way to step {id}"),
        };
        let mut page = format!("skipped {why}\n");
        page.push_str(&self.list(steps));
        page
    }

    /// Follows the chain of needs. A step can only be skipped for an earlier cause, so the chain is at most
    /// as long as there are steps; a longer one is a circle.
    fn root(&self, because: &Skip) -> Root {
        let mut because = because;
        let mut room = self.report.outcomes.len() + 1;
        loop {
            let need = match because {
                Skip::Interrupted => return Root::Interrupted,
                Skip::Expired => return Root::Expired,
                Skip::Aborted { rollout, failures } => {
                    return Root::Aborted(rollout.clone(), *failures);
                }
                Skip::Needs(need) => *need,
            };
            match self.report.outcomes.get(&need) {
                Some(Outcome::Failed { .. }) => return Root::Failed(need),
                Some(Outcome::Skipped(further)) if room > 0 => {
                    because = further;
                    room -= 1;
                }
                Some(Outcome::Skipped(_) | Outcome::Done { .. }) | None => {
                    return Root::Stuck(need);
                }
            }
        }
    }

    fn rest(&self) -> String {
        if self.report.is_complete() {
            return String::new();
        }
        let expired = |outcome: &Outcome| matches!(outcome, Outcome::Failed { fault, .. } if fault.class == Class::Expired);
        let next = if self.report.outcomes.values().any(expired) {
            "next: get new credentials and run the same command again; finished steps are not repeated"
        } else {
            "next: run the same command again; finished steps are not repeated"
        };
        self.style.paint(Label::Hint, next) + "\n"
    }

    /// With the address always: a failure is looked up in the manifests.
    fn full_name(&self, id: StepId) -> String {
        let full = |step: &&Step| format!("{} ({})", step.title, step.address);
        self.steps.get(&id).map_or_else(|| self.name(id), full)
    }

    fn name(&self, id: StepId) -> String {
        let step = self.steps.get(&id);
        step.map_or_else(|| format!("step {id}"), |step| name_of(step))
    }
}

#[cfg(test)]
mod tests;
