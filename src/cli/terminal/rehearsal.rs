//! A rehearsal on the screen: a line before, what happened set in, a line after. Nobody shall take it for the real run.

use serde_json::{Value, json};

use super::exit::Exit;
use super::outcome;
use super::ui::Ui;
use crate::plan::Plan;
use crate::run::Outcome;
use crate::run::rehearsal::Rehearsal;
use crate::{render, text};

/// The line before.
pub(crate) fn announce(weather: &str, plan: &Plan, ui: &Ui) {
    if !ui.json {
        Ui::result(&format!(
            "Rehearsal of {} in a sandbox with what was seen of AWS, {weather} weather. Nothing is sent to AWS.\n",
            text::count(plan.steps.len(), "step"),
        ));
    }
}

/// How the apply would have ended.
pub(crate) fn exit(rehearsal: &Rehearsal) -> Exit {
    match rehearsal {
        Rehearsal::NotLoaded(_) => Exit::Error,
        Rehearsal::Run { outcome, left } => match outcome::exit(outcome) {
            Exit::Done if !left.is_empty() => Exit::NotConverged,
            exit => exit,
        },
    }
}

/// What happened, and the line after.
pub(crate) fn print(rehearsal: &Rehearsal, plan: &Plan, ui: &Ui) {
    if ui.json {
        return;
    }
    let went_well = exit(rehearsal) == Exit::Done;
    let mut block = match rehearsal {
        Rehearsal::NotLoaded(why) => not_loaded(why),
        Rehearsal::Run { outcome, left } => carried_out(outcome, left, plan, ui),
    };
    if went_well {
        block.push_str("It reads back as declared, and a second plan has nothing left to do.\n");
    }
    Ui::result(&format!("{}\n", text::indent(block.trim_end(), "  ")));
    Ui::result(if went_well {
        "The rehearsal went well.\n"
    } else {
        "The rehearsal did not go well; nothing was sent to AWS.\n"
    });
}

fn carried_out(outcome: &Outcome, left: &[String], plan: &Plan, ui: &Ui) -> String {
    let mut block = render::rehearsal(&outcome.report, &plan.steps, ui.style);
    for sentence in outcome::open(outcome) {
        block.push_str(&format!("! {sentence}\n"));
    }
    for change in left {
        block.push_str(&format!("! a second plan would {change}\n"));
    }
    block
}

fn not_loaded(why: &[String]) -> String {
    let mut block = "! the sandbox cannot be made to look as AWS does:\n".to_owned();
    for sentence in why {
        block.push_str(&format!("    {sentence}\n"));
    }
    block
}

/// The same for programs.
pub(crate) fn json(rehearsal: &Rehearsal, weather: &str, plan: &Plan) -> Value {
    let mut json = json!({
        "rehearsal": true,
        "weather": weather,
        "wentWell": exit(rehearsal) == Exit::Done,
        "plan": render::plan_json(plan),
    });
    match rehearsal {
        Rehearsal::NotLoaded(why) => json["notLoaded"] = why.as_slice().into(),
        Rehearsal::Run { outcome, left } => {
            json["report"] = render::report_json(&outcome.report, &plan.steps);
            json["notConverged"] = outcome::open(outcome).into();
            json["secondPlan"] = left.as_slice().into();
        }
    }
    json
}
