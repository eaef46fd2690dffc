//! Why a command ends early, how that is printed, and its exit code.

use super::exit::Exit;
use super::ui::Ui;
use crate::aws::NO_CREDENTIALS;
use crate::cloud::Fault;
use crate::diagnostic::{Diagnostic, Problems, Sources};
use crate::render;
use crate::run::RunError;
use crate::saved::StalePlan;

/// Why a command could not do its work.
pub(crate) enum Failure {
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
    pub(crate) fn fault(doing: &'static str) -> impl FnOnce(Fault) -> Self {
        move |fault| Self::Fault { doing, fault }
    }

    /// Something else that went wrong.
    pub(crate) fn other(message: impl Into<String>, hint: Option<&str>) -> Self {
        Self::Other {
            message: message.into(),
            hint: hint.map(str::to_owned),
        }
    }

    /// A refusal that no manifest is the reason of.
    pub(crate) fn refused(code: &str, message: String, hint: &str) -> Self {
        let refusal = Diagnostic::error(code, message).hint(hint);
        Self::Refused(vec![refusal], Sources::none())
    }

    /// Lets a refusal that was found without the manifests at hand show where they say so.
    pub(crate) fn within(self, sources: &Sources) -> Self {
        match self {
            Self::Refused(refusals, _) => Self::Refused(refusals, sources.clone()),
            other => other,
        }
    }

    /// The same as problems, for those who read no screen.
    pub(crate) fn problems(&self) -> Problems {
        let (code, message, hint) = match self {
            Self::Problems(problems, _) => return problems.clone(),
            Self::Refused(refusals, _) => return refusals.iter().cloned().collect(),
            Self::Stale(stale) => ("stale", render::stale(stale), None),
            Self::Fault { doing, fault } => {
                let message = format!("cannot {doing}: {fault}");
                ("aws", message, fault.hint.clone())
            }
            Self::Usage(message) => ("usage", message.clone(), None),
            Self::Interrupted => ("interrupted", "it was interrupted".to_owned(), None),
            Self::Other { message, hint } => ("failed", message.clone(), hint.clone()),
        };
        let problem = Diagnostic::error(code, message);
        Problems::from(match hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        })
    }

    /// Prints it, and gives its exit code.
    pub(crate) fn print(self, ui: &Ui) -> Exit {
        match self {
            Failure::Problems(problems, sources) => {
                print_problems(&problems, &sources, ui);
                Exit::Error
            }
            Failure::Refused(refusals, sources) => {
                print_problems(&refusals.into_iter().collect(), &sources, ui);
                Exit::Refused
            }
            Failure::Stale(stale) => {
                print_stale(&stale, ui);
                Exit::Stale
            }
            Failure::Fault { doing, fault } => {
                print_fault(doing, &fault, ui);
                Exit::Error
            }
            Failure::Usage(message) => {
                print_other(&message, None, ui);
                Exit::Usage
            }
            Failure::Interrupted => {
                print_other("interrupted: nothing was changed", None, ui);
                Exit::Interrupted
            }
            Failure::Other { message, hint } => {
                print_other(&message, hint.as_ref(), ui);
                Exit::Error
            }
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Manifests(problems, sources) => Self::Problems(problems, sources),
            RunError::NotDeclared(address) => {
                Self::Usage(format!("--adopt: no manifest declares {address}"))
            }
            RunError::Survey(fault) => Self::fault("look at AWS")(fault),
            RunError::Sandbox(fault) => Self::fault("look at the sandbox")(fault),
            RunError::Stale(stale) => Self::Stale(stale),
            RunError::OtherScope {
                planned,
                here,
                caller,
            } => {
                let message = format!(
                    "the plan is for account {}; these credentials are for {} ({caller})",
                    planned.account, here.account
                );
                let hint = "choose other credentials with `--profile`, or plan for that account";
                Self::refused("wrong-account", message, hint)
            }
            RunError::ChangedPlan => {
                let message = "the calls in the file are not those that its changes take";
                let hint = "plan again with `plan --out`, and find out who made the file";
                Self::refused("changed-plan", message.to_owned(), hint)
            }
        }
    }
}

/// Problems go to stderr, or to stdout for programs that asked for JSON.
pub(crate) fn print_problems(problems: &Problems, sources: &Sources, ui: &Ui) {
    if ui.json {
        Ui::print_json(&render::problems_json(problems));
    } else {
        Ui::complain(&render::problems(problems, sources, ui.talk_style));
    }
}

fn print_fault(doing: &str, fault: &Fault, ui: &Ui) {
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

fn print_other(message: &str, hint: Option<&String>, ui: &Ui) {
    if ui.json {
        Ui::print_json(&serde_json::json!({ "error": { "message": message, "hint": hint } }));
    } else {
        ui.error(message, hint.cloned().as_slice());
    }
}

fn print_stale(stale: &StalePlan, ui: &Ui) {
    const HINT: &str = "plan again to see what it would do now: what is done is not repeated";
    let (moved, differences) = match stale {
        StalePlan::Moved(moved) => (moved.as_slice(), &[][..]),
        StalePlan::OtherManifests(differences) => (&[][..], differences.as_slice()),
        StalePlan::Expired(_) | StalePlan::Applied(_) | StalePlan::OtherSteps(_) => {
            (&[][..], &[][..])
        }
    };
    if ui.json {
        Ui::print_json(&serde_json::json!({
            "error": { "stale": true, "message": stale.to_string(), "moved": moved, "differences": differences, "hint": HINT }
        }));
        return;
    }
    ui.error(&render::stale(stale), &[HINT.to_owned()]);
}
