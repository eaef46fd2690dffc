//! `apply`: shows the plan, asks, runs it and waits until AWS reads back as declared.

use clap::Args;

use super::apply_saved;
use super::converge::{self, Converged};
use super::event_file::EventFile;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::{self, Interrupts};
use super::options::{Applying, Common, Manifests, OR_PLAN, Planning};
use super::outputs;
use super::plan::{self, Planned};
use super::project::Project;
use super::receipt::Receipt;
use super::rehearse;
use super::session::Session;
use super::settings;
use super::ui::Ui;
use crate::apply::{FileJournal, Report};
use crate::aws::clock::SystemClock;
use crate::render;

/// Makes AWS match the manifests, or runs a plan that `plan --out` saved.
#[derive(Debug, Args)]
#[command(
    mut_arg("paths", |paths| paths.help(OR_PLAN)),
    after_help = "Exit codes: 0 applied, 1 error and nothing changed, 3 refused by a guard, 4 saved plan is stale, \
    5 some steps failed, 6 applied but not converged in time, 130 interrupted.\n\
    After 5, 6 and 130 run it again: what is done is not repeated. A saved plan has to be made anew for that."
)]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub planning: Planning,
    #[command(flatten)]
    pub applying: Applying,
}

pub(super) async fn run(args: ApplyArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let ApplyArgs {
        manifests,
        planning,
        applying,
    } = args;
    if let Some(path) = manifests.saved_plan()? {
        return apply_saved::run(path, &planning, &applying, &common, ui).await;
    }
    execute(&manifests, &planning, &applying, false, &common, ui).await
}

/// Plans, asks and runs: what apply and destroy share.
pub(super) async fn execute(
    manifests: &Manifests,
    planning: &Planning,
    applying: &Applying,
    destroy: bool,
    common: &Common,
    ui: &Ui,
) -> Result<Exit, Failure> {
    rehearse::weather(applying.rehearse.as_deref())?;
    let mut project = Project::load(manifests)?;
    project.sound()?;
    let interrupts = Interrupts::listen();
    let running = async |session: &Session, project: &mut Project| {
        let making = plan::make(session, project, planning, destroy);
        let planned = interrupts.unless_pressed(making).await?;
        planned_run(session, &planned, applying, None, &interrupts, ui).await
    };
    project.work(common, &interrupts, ui, running).await
}

/// Shows a plan, asks, runs it, and tells how it ended.
pub(super) async fn planned_run(
    session: &Session,
    planned: &Planned,
    applying: &Applying,
    receipt: Option<&Receipt>,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Exit, Failure> {
    match held_back(planned, applying, interrupts, ui).await? {
        Some(exit) => Ok(exit),
        None => carry_out(session, planned, applying, receipt, interrupts, ui).await,
    }
}

/// Runs a plan, and tells how it ended.
pub(super) async fn carry_out(
    session: &Session,
    planned: &Planned,
    applying: &Applying,
    receipt: Option<&Receipt>,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let journal = journal(applying)?;
    let events = EventFile::open(applying.events.as_deref())?;
    if let Some(receipt) = receipt {
        receipt.begin()?;
    }
    let run = interrupt::Run {
        steps: &planned.plan.steps,
        recent: interrupt::recent(planned),
        applying,
        journal: &journal,
        events: &events,
    };
    events.began(&planned.plan);
    let mut report = interrupt::apply(session, run, interrupts, ui).await;
    let ended = receipt.map_or(Ok(()), |receipt| receipt.end(&report));
    if let Err(Failure::Other { message, .. }) = ended {
        // What was done is told whatever becomes of the receipt: that of the beginning still counts.
        Ui::complain(&message);
    }
    let converged = read_back(session, planned, applying, &mut report, interrupts, ui).await;
    let traffic = session.traffic();
    report.calls = traffic.calls;
    report.throttles = u32::try_from(traffic.throttles).unwrap_or(u32::MAX);
    tell(planned, &report, converged.as_ref(), ui);
    summarize(planned, &report, converged.as_ref(), ui);
    let exit = exit(&report, converged.as_ref());
    let is_there = converged.as_ref().is_some_and(Converged::is_there);
    events.ended(&report, is_there, exit.code());
    Ok(exit)
}

/// Shows the plan, rehearses it and asks, as far as that is wanted. How the run ends before it began, if it does.
pub(super) async fn held_back(
    planned: &Planned,
    applying: &Applying,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Option<Exit>, Failure> {
    // With JSON the report that follows is the result; two documents would be none.
    if !ui.json || planned.plan.is_empty() || !planned.refusals.is_empty() {
        plan::show(planned, ui);
    }
    if !planned.refusals.is_empty() {
        return Ok(Some(plan::refuse(planned, ui)));
    }
    if planned.plan.is_empty() {
        return Ok(Some(Exit::Done));
    }
    if applying.rehearse.is_some() {
        let rehearsed = rehearse::first(planned, applying, interrupts, ui).await?;
        if rehearsed != Exit::Done {
            return Ok(Some(rehearsed));
        }
    }
    if !applying.yes {
        if ui.json && Ui::can_ask() {
            plan::show_aside(planned, ui);
        }
        let question = if planned.wishes.destroy {
            "Delete this?"
        } else {
            "Apply this plan?"
        };
        confirmed(question, interrupts).await?;
    }
    Ok(None)
}

/// After a run that did all that it should: whether AWS shows it.
async fn read_back(
    session: &Session,
    planned: &Planned,
    applying: &Applying,
    report: &mut Report,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Option<Converged> {
    if !report.is_complete() {
        return None;
    }
    let clock = SystemClock::start();
    let seen = tokio::select! {
        biased;
        () = interrupts.pressed(1) => Converged::Unknown,
        seen = converge::wait(session, planned, applying, &clock, ui) => seen,
    };
    report.interrupted = seen.is_unknown();
    Some(seen)
}

/// Opens the journal, or says what keeps it from being written.
pub(super) fn journal(applying: &Applying) -> Result<FileJournal, Failure> {
    FileJournal::open(&applying.journal).map_err(|error| {
        let why =
            std::error::Error::source(&error).map_or_else(String::new, |why| format!(": {why}"));
        let hint = Some("choose another file with `--journal FILE`");
        Failure::other(format!("{error}{why}"), hint)
    })
}

/// Asks, and goes on only with a `yes`.
pub(super) async fn confirmed(question: &str, interrupts: &Interrupts) -> Result<(), Failure> {
    let confirmed = interrupts.unless_pressed(confirm(question)).await;
    if matches!(confirmed, Err(Failure::Interrupted)) {
        // The terminal has echoed Ctrl-C behind the question.
        Ui::complain("");
    }
    confirmed
}

async fn confirm(question: &str) -> Result<(), Failure> {
    if !Ui::can_ask() {
        let message = "there is no terminal to ask on; pass `--yes` to apply without asking";
        return Err(Failure::Usage(message.to_owned()));
    }
    if Ui::confirm(question).await {
        return Ok(());
    }
    Err(Failure::other("not confirmed: nothing was changed", None))
}

/// How a run that has changed something ends.
pub(super) fn exit(report: &Report, converged: Option<&Converged>) -> Exit {
    if report.interrupted {
        Exit::Interrupted
    } else if !report.is_complete() {
        match (report.may_have_changed(), report.is_only_late()) {
            (false, _) => Exit::Error,
            (true, true) => Exit::NotConverged,
            (true, false) => Exit::Partial,
        }
    } else if converged.is_some_and(|converged| !converged.is_there()) {
        Exit::NotConverged
    } else {
        Exit::Done
    }
}

fn tell(planned: &Planned, report: &Report, converged: Option<&Converged>, ui: &Ui) {
    let open = converged.map(Converged::sentences).unwrap_or_default();
    if ui.json {
        let mut json = render::report_json(report, &planned.plan.steps);
        if let Some(object) = json.as_object_mut() {
            object.insert("plan".to_owned(), render::plan_json(&planned.plan));
            object.insert(
                "converged".to_owned(),
                converged.is_some_and(Converged::is_there).into(),
            );
            object.insert("notConverged".to_owned(), open.into());
        }
        Ui::print_json(&json);
        return;
    }
    Ui::result(&told(planned, report, converged, ui.style));
}

/// The report, and what AWS shows afterwards.
fn told(
    planned: &Planned,
    report: &Report,
    converged: Option<&Converged>,
    style: render::Style,
) -> String {
    let open = converged.map(Converged::sentences).unwrap_or_default();
    let mut text = render::report(report, &planned.plan.steps, style);
    if converged.is_some_and(Converged::is_there) {
        text.push_str("AWS reads back as declared.\n");
    }
    for sentence in &open {
        text.push_str(&format!("! {sentence}\n"));
    }
    if converged.is_some_and(Converged::is_unknown) {
        text.push_str("next: run `plan` to see whether AWS shows it all\n");
    } else if !open.is_empty() {
        text.push_str(
            "next: AWS took every call but does not show it all yet; run `plan` in a while\n",
        );
    }
    text
}

/// Adds the report to what GitHub's runner collects of a job. The run is over: trouble with it is only told.
fn summarize(planned: &Planned, report: &Report, converged: Option<&Converged>, ui: &Ui) {
    let Some(path) = settings::step_summary() else {
        return;
    };
    let text = told(planned, report, converged, render::Style::PLAIN);
    let page = render::report_markdown(&planned.plan, planned.wishes.destroy, &text);
    if let Err(failure) = outputs::append(&path, &page) {
        // How the run ended does not depend on it.
        let _ = failure.tell(ui);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::{Effect, Outcome, Skip};
    use crate::cloud::{Class, Fault, Service};

    fn failed(class: Class, effect: Effect) -> Outcome {
        let fault = Fault::new(class, Service::Iam, "CreateRole", "Code", "message");
        Outcome::Failed {
            fault,
            attempts: 1,
            effect,
        }
    }

    fn ends(outcomes: impl IntoIterator<Item = Outcome>) -> Exit {
        let report = Report {
            outcomes: outcomes.into_iter().enumerate().collect(),
            ..Report::default()
        };
        exit(&report, None)
    }

    #[test]
    fn an_error_promises_that_nothing_was_changed() {
        let refused = || failed(Class::Denied, Effect::None);
        let done = |attempts| Outcome::Done { attempts };
        assert_eq!(
            ends([refused(), Outcome::Skipped(Skip::Needs(0))]),
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
