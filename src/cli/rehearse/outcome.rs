//! How a rehearsal is told: a line before, what happened set in, a line after. Nobody shall take it for the real thing.

use serde_json::{Value, json};

use super::run::{Ending, Run};
use crate::cli::converge::Converged;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use crate::plan::Plan;
use crate::{render, text};

/// A rehearsal that is over.
pub(super) struct Outcome<'a> {
    pub(super) weather: String,
    pub(super) plan: &'a Plan,
    pub(super) result: Ending,
}

/// The line before.
pub(super) fn announce(weather: &str, plan: &Plan, ui: &Ui) {
    if !ui.json {
        Ui::result(&format!(
            "Rehearsal of {} in a sandbox with what was seen of AWS, {weather} weather. Nothing is sent to AWS.\n",
            text::count(plan.steps.len(), "step"),
        ));
    }
}

impl Outcome<'_> {
    /// How the command ends, or would have ended.
    pub(super) fn exit(&self) -> Exit {
        self.result.exit()
    }

    /// What happened, and the line after.
    pub(super) fn tell(&self, ui: &Ui) {
        if ui.json {
            return;
        }
        let block = match &self.result {
            Ending::NotLoaded(why) => not_loaded(why),
            Ending::Run(run) => self.run(run, ui),
        };
        Ui::result(&format!("{}\n", text::indent(block.trim_end(), "  ")));
        Ui::result(if self.exit() == Exit::Done {
            "The rehearsal went well.\n"
        } else {
            "The rehearsal did not go well; nothing was sent to AWS.\n"
        });
    }

    fn run(&self, run: &Run, ui: &Ui) -> String {
        let Run {
            report,
            converged,
            left,
        } = run;
        let mut block = render::rehearsal(report, &self.plan.steps, ui.style);
        for sentence in converged.iter().flat_map(Converged::sentences) {
            block.push_str(&format!("! {sentence}\n"));
        }
        for change in left {
            block.push_str(&format!("! a second plan would {change}\n"));
        }
        if self.exit() == Exit::Done {
            block
                .push_str("It reads back as declared, and a second plan has nothing left to do.\n");
        }
        block
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let Self {
            weather,
            plan,
            result,
        } = self;
        let mut json = json!({
            "rehearsal": true,
            "weather": weather,
            "wentWell": self.exit() == Exit::Done,
            "plan": render::plan_json(plan),
        });
        match result {
            Ending::NotLoaded(why) => json["notLoaded"] = why.as_slice().into(),
            Ending::Run(Run {
                report,
                converged,
                left,
            }) => {
                let open = converged.as_ref().map(Converged::sentences);
                json["report"] = render::report_json(report, &plan.steps);
                json["notConverged"] = open.unwrap_or_default().into();
                json["secondPlan"] = left.as_slice().into();
            }
        }
        json
    }
}

fn not_loaded(why: &[String]) -> String {
    let mut block = "! the sandbox cannot be made to look as AWS does:\n".to_owned();
    for sentence in why {
        block.push_str(&format!("    {sentence}\n"));
    }
    block
}
