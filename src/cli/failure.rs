//! Why a command ends early, and how that is told. Wording of the faults is their finders'; here they get
//! their exit code.

use super::exit::Exit;
use super::ui::Ui;
use crate::aws::NO_CREDENTIALS;
use crate::cloud::Fault;
use crate::diagnostic::{Diagnostic, Problems, Sources};
use crate::render;
use crate::saved::StalePlan;

/// Why a command could not do its work.
pub(super) enum Failure {
    /// The manifests, or what they ask of AWS, are wrong.
    Problems(Problems, Sources),
    /// A guard refused.
    Refused(Vec<Diagnostic>, Sources),
    /// A saved plan is not good any more.
    Stale(StalePlan),
    /// A call failed.
    Fault {
        /// What we were about to find out, to follow "cannot".
        doing: &'static str,
        /// What AWS or the way to it said.
        fault: Fault,
    },
    /// The command line asks for something impossible.
    Usage(String),
    /// The user pressed Ctrl-C before anything was changed.
    Interrupted,
    /// Anything else of the outside world: files, ports.
    Other {
        /// One sentence.
        message: String,
        /// What to do next.
        hint: Option<String>,
    },
}

impl Failure {
    /// A failed call, with what it was for.
    pub(super) fn fault(doing: &'static str) -> impl FnOnce(Fault) -> Self {
        move |fault| Self::Fault { doing, fault }
    }

    /// Something else that went wrong.
    pub(super) fn other(message: impl Into<String>, hint: Option<&str>) -> Self {
        Self::Other {
            message: message.into(),
            hint: hint.map(str::to_owned),
        }
    }

    /// Lets a refusal that was found without the manifests at hand show where they say so.
    pub(super) fn within(self, sources: &Sources) -> Self {
        match self {
            Self::Refused(refusals, _) => Self::Refused(refusals, sources.clone()),
            other => other,
        }
    }

    /// Tells it, and gives its exit code.
    pub(super) fn tell(self, ui: &Ui) -> Exit {
        match self {
            Failure::Problems(problems, sources) => {
                tell_problems(&problems, &sources, ui);
                Exit::Error
            }
            Failure::Refused(refusals, sources) => {
                tell_problems(&refusals.into_iter().collect(), &sources, ui);
                Exit::Refused
            }
            Failure::Stale(stale) => {
                tell_stale(&stale, ui);
                Exit::Stale
            }
            Failure::Fault { doing, fault } => {
                tell_fault(doing, &fault, ui);
                Exit::Error
            }
            Failure::Usage(message) => {
                tell_other(&message, None, ui);
                Exit::Usage
            }
            Failure::Interrupted => {
                tell_other("interrupted: nothing was changed", None, ui);
                Exit::Interrupted
            }
            Failure::Other { message, hint } => {
                tell_other(&message, hint.as_ref(), ui);
                Exit::Error
            }
        }
    }
}

/// Problems go to stderr, or to stdout for programs that asked for JSON.
pub(super) fn tell_problems(problems: &Problems, sources: &Sources, ui: &Ui) {
    if ui.json {
        Ui::print_json(&render::problems_json(problems));
    } else {
        Ui::complain(&render::problems(problems, sources, ui.talk_style));
    }
}

fn tell_fault(doing: &str, fault: &Fault, ui: &Ui) {
    let Fault {
        class: _,
        call: _,
        code: _,
        message: _,
        status: _,
        request_id,
        hint,
    } = fault;
    if ui.json {
        Ui::print_json(&serde_json::json!({ "error": { "doing": doing, "fault": fault } }));
        return;
    }
    let request = request_id
        .as_ref()
        .map_or(String::new(), |id| format!(" (request {id})"));
    // Without credentials nothing was asked: the call that wanted them explains nothing.
    let what = if fault.code == NO_CREDENTIALS {
        fault.message.clone()
    } else {
        format!("cannot {doing}: {fault}{request}")
    };
    ui.error(&what, hint.as_slice());
}

fn tell_other(message: &str, hint: Option<&String>, ui: &Ui) {
    if ui.json {
        Ui::print_json(&serde_json::json!({ "error": { "message": message, "hint": hint } }));
    } else {
        ui.error(message, hint.cloned().as_slice());
    }
}

/// How a stale plan is told.
fn tell_stale(stale: &StalePlan, ui: &Ui) {
    const HINT: &str = "plan again with `plan --out`: what is done is not repeated";
    let moved = match stale {
        StalePlan::Moved(moved) => moved.as_slice(),
        StalePlan::Expired(_) | StalePlan::Applied(_) | StalePlan::OtherSteps(_) => &[],
    };
    if ui.json {
        Ui::print_json(&serde_json::json!({
            "error": { "stale": true, "message": stale.to_string(), "moved": moved, "hint": HINT }
        }));
        return;
    }
    ui.error(&render::stale(stale), &[HINT.to_owned()]);
}
