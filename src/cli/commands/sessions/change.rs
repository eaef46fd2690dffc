//! Shows a revocation or its end, asks, makes it, and waits until IAM shows it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::probe::Probe;
use crate::apply::Options;
use crate::cli::execute::{self, Watch};
use crate::cli::files::events::EventFile;
use crate::cli::session::{Interrupts, Session};
use crate::cli::terminal::{Exit, Failure, Ui, outcome};
use crate::cloud::Fault;
use crate::cloud::backoff::Backoff;
use crate::model::Caller;
use crate::policy::same;
use crate::render;
use crate::revocation::{self, Change, Look, Request, Subject};
use crate::run::{Outcome, ReadBack, RunEvent, Unconverged, execute_steps};

/// Answers come from many replicas: so many good ones in a row are believed.
const GOOD_LOOKS: u32 = 3;

/// What was asked for.
pub(super) struct Order {
    pub(super) subject: Subject,
    pub(super) wish: Request,
    pub(super) allow_lock_out: bool,
    /// Whether to wait until the revocation is in effect.
    pub(super) wait: bool,
    pub(super) yes: bool,
    pub(super) options: Options,
    pub(super) journal: PathBuf,
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
    if is_own(&change, session) && !order.allow_lock_out && !change.is_empty() {
        return Err(lock_out(&change));
    }
    if change.is_empty() {
        return Ok(Exit::Done);
    }
    if !order.yes {
        if ui.json && Ui::can_ask() {
            Ui::complain(&text(&change, session, ui.talk_style));
        }
        let question = match order.wish {
            Request::Revoke(_) => "Revoke these sessions?",
            Request::Restore => "Give them back their access?",
        };
        interrupts.confirmed(question).await?;
    }
    carry_out(session, order, &change, interrupts, ui).await
}

async fn make(session: &Session, order: &Order) -> Result<Change, Failure> {
    let subject = &order.subject;
    let look = revocation::look(session.reads(), subject, &session.caller)
        .await
        .map_err(Failure::fault("look at AWS"))?;
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

/// Whether the run itself would lose its sessions: as one of the role, or with one that the user got.
fn is_own(change: &Change, session: &Session) -> bool {
    let is_users_session = |name: &str| {
        let mut users = session.caller.identities().filter_map(Caller::user_of);
        session.is_temporary && users.any(|own| own.eq_ignore_ascii_case(name))
    };
    change.is_own || matches!(&change.subject, Subject::User(name) if is_users_session(name))
}

fn lock_out(change: &Change) -> Failure {
    let message = format!("this run uses a session of {} itself", change.subject);
    let hint =
        "run it with other credentials, or pass `--allow-lock-out` if you know another way in";
    Failure::refused("lock-out", message, hint)
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
    let journal = execute::journal(&order.journal)?;
    let events = EventFile::open(None)?;
    let probe = if order.wait {
        Some(Probe::take(session, change, ui).await)
    } else {
        None
    };
    let mut proven = None;
    let limit = order.options.propagation_timeout;
    let reading = async {
        let seen = read_back(session, change, limit).await;
        match &probe {
            Some(probe) if seen == ReadBack::Converged => {
                let (seen, sentence) = probe.wait(change, limit).await;
                proven = Some(sentence).filter(|sentence| !sentence.is_empty());
                seen
            }
            _ => seen,
        }
    };
    let watch = Watch::over(session, &change.steps, &events, ui);
    let report = |event: RunEvent<'_>| watch.report(&event);
    let run = watch.run(&report, interrupts);
    let executing = execute_steps(run, &change.steps, &order.options, &journal, reading);
    let outcome = watch.during(executing).await;
    print(change, &outcome, proven, ui);
    Ok(outcome::exit(&outcome))
}

/// Waits until IAM shows what was put, or that it is gone.
async fn read_back(session: &Session, change: &Change, limit: Duration) -> ReadBack {
    let began = Instant::now();
    let (mut good, mut attempt) = (0, 0);
    loop {
        let open = match look(session, change).await {
            Ok(true) => None,
            Ok(false) => Some(Unconverged::Other(format!(
                "IAM does not show it yet for {}",
                change.subject
            ))),
            Err(fault) if fault.may_pass() => Some(Unconverged::Unreadable(fault)),
            // Asking again does not change this answer.
            Err(fault) => return ReadBack::Open(vec![Unconverged::Unreadable(fault)]),
        };
        good = if open.is_none() { good + 1 } else { 0 };
        if good >= GOOD_LOOKS || began.elapsed() >= limit {
            return open.map_or(ReadBack::Converged, |open| ReadBack::Open(vec![open]));
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

fn print(change: &Change, outcome: &Outcome, proven: Option<String>, ui: &Ui) {
    let Outcome { report, read_back } = outcome;
    let open = outcome::open(outcome);
    let is_there = *read_back == Some(ReadBack::Converged);
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
