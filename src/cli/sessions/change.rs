//! Shows a revocation or its end, asks, makes it, and waits until IAM shows it.

use std::collections::BTreeSet;
use std::time::Instant;

use super::probe::Probe;
use crate::apply::Report;
use crate::cli::apply::{confirmed, exit, journal};
use crate::cli::converge::Converged;
use crate::cli::event_file::EventFile;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::{self, Interrupts};
use crate::cli::options::Applying;
use crate::cli::session::Session;
use crate::cli::ui::Ui;
use crate::cloud::Fault;
use crate::cloud::backoff::Backoff;
use crate::diagnostic::{Diagnostic, Sources};
use crate::policy::same;
use crate::render;
use crate::revocation::{self, Change, Look, Request, Subject};

/// Answers come from many replicas: so many good ones in a row are believed.
const GOOD_LOOKS: u32 = 3;

/// What was asked for.
pub(super) struct Order {
    pub(super) subject: Subject,
    pub(super) wish: Request,
    pub(super) allow_own_role: bool,
    /// Whether to wait until the revocation is in effect.
    pub(super) wait: bool,
    pub(super) applying: Applying,
}

pub(super) async fn run(
    session: &Session,
    order: &Order,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let change = interrupts.unless_pressed(make(session, order)).await?;
    if !ui.json || change.is_empty() {
        show(&change, session, ui);
    }
    if change.is_own && !order.allow_own_role && !change.is_empty() {
        return Err(own_role(&change));
    }
    if change.is_empty() {
        return Ok(Exit::Done);
    }
    if !order.applying.yes {
        if ui.json && Ui::can_ask() {
            Ui::complain(&text(&change, session, ui.talk_style));
        }
        let question = match order.wish {
            Request::Revoke(_) => "Revoke these sessions?",
            Request::Restore => "Give them back their access?",
        };
        confirmed(question, interrupts).await?;
    }
    carry_out(session, order, &change, interrupts, ui).await
}

async fn make(session: &Session, order: &Order) -> Result<Change, Failure> {
    let subject = &order.subject;
    let look = revocation::look(session.reads(), subject, &session.caller)
        .await
        .map_err(session.failed("look at AWS"))?;
    let seen = match look {
        Look::Seen(seen) => *seen,
        Look::ServiceLinked => {
            let message = format!("{subject} is service-linked: only AWS can change its policies");
            return Err(Failure::other(
                message,
                Some("end the sessions in the service that uses it"),
            ));
        }
        Look::Missing => {
            let message = format!(
                "there is no {subject} in account {}",
                session.setting.account
            );
            return Err(Failure::other(
                message,
                Some("check the name and the account (`rolewright whoami`)"),
            ));
        }
    };
    revocation::change(seen, order.wish)
        .map_err(|obstacle| Failure::other(obstacle.to_string(), Some(obstacle.hint())))
}

fn own_role(change: &Change) -> Failure {
    let message = format!("this run uses a session of {} itself", change.subject);
    let refusal = Diagnostic::error("own-role", message).hint(
        "run it with other credentials, or pass `--allow-own-role` if you know another way in",
    );
    Failure::Refused(vec![refusal], Sources::none())
}

fn text(change: &Change, session: &Session, style: render::Style) -> String {
    let now = jiff::Timestamp::now();
    render::revocation(change, &session.setting, &session.caller, now, style)
}

fn show(change: &Change, session: &Session, ui: &Ui) {
    if ui.json {
        Ui::print_json(&serde_json::json!({ "change": change }));
    } else {
        Ui::result(&text(change, session, ui.style));
    }
}

async fn carry_out(
    session: &Session,
    order: &Order,
    change: &Change,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let applying = &order.applying;
    let journal = journal(applying)?;
    let events = EventFile::open(applying.events.as_deref())?;
    let probe = if order.wait {
        Some(Probe::take(session, change, ui).await)
    } else {
        None
    };
    let run = interrupt::Run {
        steps: &change.steps,
        recent: BTreeSet::new(),
        applying,
        journal: &journal,
        events: &events,
    };
    let mut report = interrupt::apply(session, run, interrupts, ui).await;
    let mut converged = None;
    let mut proven = None;
    if report.is_complete() {
        let reading = async {
            let seen = read_back(session, change, applying).await;
            match &probe {
                Some(probe) if seen.is_there() => {
                    let (seen, sentence) = probe.wait(change, applying).await;
                    proven = Some(sentence).filter(|sentence| !sentence.is_empty());
                    seen
                }
                _ => seen,
            }
        };
        let seen = tokio::select! {
            biased;
            () = interrupts.pressed(1) => Converged::Unknown,
            seen = reading => seen,
        };
        report.interrupted = seen.is_unknown();
        converged = Some(seen);
    }
    let traffic = session.traffic();
    report.calls = traffic.calls;
    report.throttles = u32::try_from(traffic.throttles).unwrap_or(u32::MAX);
    tell(change, &report, (converged.as_ref(), proven), ui);
    Ok(exit(&report, converged.as_ref()))
}

/// Waits until IAM shows what was put, or that it is gone.
async fn read_back(session: &Session, change: &Change, applying: &Applying) -> Converged {
    let began = Instant::now();
    let (mut good, mut attempt) = (0, 0);
    loop {
        let open = match look(session, change).await {
            Ok(true) => None,
            Ok(false) => Some(format!("IAM does not show it yet for {}", change.subject)),
            Err(fault) if fault.may_pass() => Some(format!("cannot read back: {fault}")),
            // Asking again does not change this answer.
            Err(fault) => return Converged::Open(vec![format!("cannot read back: {fault}")]),
        };
        good = if open.is_none() { good + 1 } else { 0 };
        if good >= GOOD_LOOKS || began.elapsed() >= applying.propagation_timeout {
            return Converged::Open(open.into_iter().collect());
        }
        attempt += 1;
        tokio::time::sleep(Backoff::QUICK.delay(attempt, 1.0)).await;
    }
}

async fn look(session: &Session, change: &Change) -> Result<bool, Fault> {
    let found = revocation::policy(session.reads(), &change.subject).await?;
    let partition = session.setting.partition.name();
    Ok(match (&found, &change.policy) {
        (Some(found), Some(put)) => same(found, put, partition),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    })
}

fn tell(
    change: &Change,
    report: &Report,
    (converged, proven): (Option<&Converged>, Option<String>),
    ui: &Ui,
) {
    let open = converged.map(Converged::sentences).unwrap_or_default();
    let is_there = converged.is_some_and(Converged::is_there);
    if ui.json {
        let mut json = render::report_json(report, &change.steps);
        if let Some(object) = json.as_object_mut() {
            object.insert("change".to_owned(), serde_json::json!(change));
            object.insert("converged".to_owned(), is_there.into());
            object.insert("notConverged".to_owned(), open.into());
            object.insert("proven".to_owned(), proven.into());
        }
        Ui::print_json(&json);
        return;
    }
    Ui::result(&render::report(report, &change.steps, ui.style));
    if is_there {
        let what = match change.after {
            Some(moment) => format!(
                "IAM shows it: sessions of {} issued before {moment} are denied everything.\n",
                change.subject
            ),
            None => format!(
                "IAM shows it: no sessions of {} are revoked.\n",
                change.subject
            ),
        };
        Ui::result(&what);
        if let Some(sentence) = proven {
            Ui::result(&format!("{sentence}\n"));
        }
    }
    for sentence in &open {
        Ui::result(&format!("! {sentence}\n"));
    }
    if !open.is_empty() {
        Ui::result("next: run it again in a while; what is done is not repeated\n");
    }
}
