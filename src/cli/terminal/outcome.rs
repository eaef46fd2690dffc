//! How a plan was carried out, on the screen: the report, what AWS does not show yet, what to do next.

use serde_json::Value as Json;

use super::exit::Exit;
use super::ui::Ui;
use crate::render;
use crate::run::{Outcome, Planned, ReadBack, Unconverged};
use crate::text::and_list;

/// How the command ends after a run that may have changed something.
pub(crate) fn exit(outcome: &Outcome) -> Exit {
    let Outcome { report, read_back } = outcome;
    if report.interrupted {
        Exit::Interrupted
    } else if !report.is_complete() {
        match (report.may_have_changed(), report.is_only_late()) {
            (false, _) => Exit::Error,
            (true, true) => Exit::NotConverged,
            (true, false) => Exit::Partial,
        }
    } else {
        match read_back {
            Some(ReadBack::Converged) | None => Exit::Done,
            Some(ReadBack::Open(_) | ReadBack::Interrupted) => Exit::NotConverged,
        }
    }
}

/// What hints say where a command may be repeated, and what they say where it may not.
const SAME_COMMAND: &str = "run the same command again";
const PLAN_AGAIN: &str = "plan again with `plan --out`";

/// Whether the run may be repeated as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It may: it makes a new plan.
    SameCommand,
    /// A saved plan runs once.
    NewPlan,
}

impl Again {
    fn worded(self, text: String) -> String {
        match self {
            Self::SameCommand => text,
            Self::NewPlan => text.replace(SAME_COMMAND, PLAN_AGAIN),
        }
    }
}

/// Prints how a plan was carried out.
pub(crate) fn print(planned: &Planned, outcome: &Outcome, again: Again, ui: &Ui) {
    if ui.json {
        let text = format!("{:#}", json(planned, outcome));
        Ui::result(&format!("{}\n", again.worded(text)));
    } else {
        Ui::result(&text(planned, outcome, again, ui.style));
    }
}

fn json(planned: &Planned, outcome: &Outcome) -> Json {
    let Outcome { report, read_back } = outcome;
    let mut json = render::report_json(report, &planned.plan.steps);
    if let Some(object) = json.as_object_mut() {
        let is_converged = *read_back == Some(ReadBack::Converged);
        object.insert("plan".to_owned(), render::plan_json(&planned.plan));
        object.insert("converged".to_owned(), is_converged.into());
        object.insert("notConverged".to_owned(), open(outcome).into());
    }
    json
}

/// The report, and what AWS shows afterwards.
pub(crate) fn text(
    planned: &Planned,
    outcome: &Outcome,
    again: Again,
    style: render::Style,
) -> String {
    let Outcome { report, read_back } = outcome;
    let mut text = render::report(report, &planned.plan.steps, style);
    for sentence in open(outcome) {
        text.push_str(&format!("! {sentence}\n"));
    }
    text = again.worded(text);
    text.push_str(match read_back {
        None => "",
        Some(ReadBack::Converged) => "AWS reads back as declared.\n",
        Some(ReadBack::Interrupted) => "next: run `plan` to see whether AWS shows it all\n",
        Some(ReadBack::Open(_)) => {
            "next: AWS took every call but does not show it all yet; run `plan` in a while\n"
        }
    });
    text
}

/// What AWS does not show as declared, one sentence each.
pub(crate) fn open(outcome: &Outcome) -> Vec<String> {
    match &outcome.read_back {
        None | Some(ReadBack::Converged) => Vec::new(),
        Some(ReadBack::Open(open)) => open.iter().map(sentence).collect(),
        Some(ReadBack::Interrupted) => {
            vec!["reading back was stopped before AWS showed all of it".to_owned()]
        }
    }
}

/// Something that AWS does not show as declared.
pub(crate) fn sentence(open: &Unconverged) -> String {
    match open {
        Unconverged::Unreadable(fault) => format!("cannot read back: {fault}"),
        Unconverged::StillThere(address) => format!("{address} is still there"),
        Unconverged::NotVisible(address) => format!("{address} is not visible yet"),
        Unconverged::StillOwned(address) => format!("{address} still carries the stack's tag"),
        Unconverged::Other(sentence) => sentence.clone(),
        Unconverged::Differs(address, fields) => {
            let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
            let what = if fields.is_empty() {
                String::new()
            } else {
                format!(" ({})", and_list(&fields))
            };
            format!("{address} does not read back as declared{what}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::{Effect, Outcome as StepOutcome, Report, Skip};
    use crate::cloud::{Class, Fault, Service};

    fn failed(class: Class, effect: Effect) -> StepOutcome {
        let fault = Fault::new(class, Service::Iam, "CreateRole", "Code", "message");
        StepOutcome::Failed {
            fault,
            attempts: 1,
            effect,
        }
    }

    fn ends(outcomes: impl IntoIterator<Item = StepOutcome>) -> Exit {
        let report = Report {
            outcomes: outcomes.into_iter().enumerate().collect(),
            ..Report::default()
        };
        let read_back = None;
        exit(&Outcome { report, read_back })
    }

    #[test]
    fn an_error_promises_that_nothing_was_changed() {
        let refused = || failed(Class::Denied, Effect::None);
        let done = |attempts| StepOutcome::Done { attempts };
        assert_eq!(
            ends([refused(), StepOutcome::Skipped(Skip::Needs(0))]),
            Exit::Error
        );
        assert_eq!(ends([done(0), refused()]), Exit::Error);
        assert_eq!(ends([done(1), refused()]), Exit::Partial);
        assert_eq!(
            ends([failed(Class::Transient, Effect::Unknown)]),
            Exit::Partial,
            "it may have taken effect"
        );
        assert_eq!(
            ends([failed(Class::NotYet, Effect::Accepted)]),
            Exit::NotConverged,
            "it has taken effect"
        );
        assert_eq!(ends([done(1)]), Exit::Done);
    }
}
