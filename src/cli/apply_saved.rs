//! `apply FILE`: runs exactly the steps of a saved plan, if nothing that it touches has moved since.

use std::path::Path;

use super::apply;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupts;
use super::options::{Applying, Common, Planning};
use super::plan::Planned;
use super::plan_file;
use super::receipt::Receipt;
use super::session::{self, Session};
use super::ui::Ui;
use crate::diagnostic::{Diagnostic, Sources};
use crate::kinds::SurveyScope;
use crate::model::{Live, Stack};
use crate::plan::{self, Change};
use crate::saved::{self, Moved, SavedPlan, StalePlan};
use crate::{live, render};

/// How often what seems to have moved is looked at before a plan is refused for it, and the pause between.
const LOOKS: u32 = 3;
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(400);

pub(super) async fn run(
    path: &Path,
    planning: &Planning,
    applying: &Applying,
    common: &Common,
    ui: &Ui,
) -> Result<Exit, Failure> {
    settled(planning)?;
    let saved = plan_file::read(path)?;
    check_time(&saved)?;
    check_region(&saved, common)?;
    let receipt = Receipt::of(path, &saved)?;
    let interrupts = Interrupts::listen();
    let stack = Stack {
        region: Some(saved.plan.setting.region.clone()),
        account_id: None,
        ..saved.desired.stack.clone()
    };
    session::work(common, Some(&stack), &interrupts, ui, async |session| {
        let looking = checked(session, &saved, planning);
        let planned = interrupts.unless_pressed(looking).await?;
        if !ui.json {
            // The same line that a reviewer has seen.
            Ui::result(&render::stamp(Some(plan_file::stamp(&saved))));
        }
        if planned.plan.is_empty() {
            ui.say("the plan had no changes when it was made; whether AWS has changed since was not looked at");
        }
        if let Some(exit) = apply::held_back(&planned, applying, &interrupts, ui).await? {
            return Ok(exit);
        }
        let planned = if applying.yes {
            planned
        } else {
            // Whoever was asked may have taken hours.
            check_time(&saved)?;
            let looking = checked(session, &saved, planning);
            interrupts.unless_pressed(looking).await?
        };
        let receipt = Some(&receipt);
        apply::carry_out(session, &planned, applying, receipt, &interrupts, ui).await
    })
    .await
}

/// What a saved plan has settled cannot be asked for again.
pub(super) fn settled(planning: &Planning) -> Result<(), Failure> {
    let open = Planning {
        allow_own_role: planning.allow_own_role,
        allow_lock_out: planning.allow_lock_out,
        ..Planning::default()
    };
    if *planning == open {
        return Ok(());
    }
    let message =
        "a saved plan has settled what is planned and allowed: pass such options to `plan --out`";
    Err(Failure::Usage(message.to_owned()))
}

fn check_time(saved: &SavedPlan) -> Result<(), Failure> {
    if jiff::Timestamp::now() >= saved.expires {
        return Err(Failure::Stale(StalePlan::Expired(saved.expires)));
    }
    Ok(())
}

fn check_region(saved: &SavedPlan, common: &Common) -> Result<(), Failure> {
    let planned = &saved.plan.setting.region;
    match &common.region {
        Some(typed) if typed != planned => {
            let message = format!("the plan is for region {planned}; this run is for {typed}");
            Err(refused(
                "wrong-region",
                message,
                "leave `--region` out, or plan for that region",
            ))
        }
        Some(_) | None => Ok(()),
    }
}

fn refused(code: &str, message: String, hint: &str) -> Failure {
    let refusal = Diagnostic::error(code, message).hint(hint);
    Failure::Refused(vec![refusal], Sources::none())
}

fn check_account(saved: &SavedPlan, session: &Session) -> Result<(), Failure> {
    let (planned, here) = (&saved.plan.setting, &session.setting);
    if planned == here {
        return Ok(());
    }
    let message = format!(
        "the plan is for account {}; these credentials are for {} ({})",
        planned.account, here.account, session.caller.arn
    );
    Err(refused(
        "wrong-account",
        message,
        "choose other credentials with `--profile`, or plan for that account",
    ))
}

/// Reads again what the plan touches, and nothing else.
async fn checked(
    session: &Session,
    saved: &SavedPlan,
    planning: &Planning,
) -> Result<Planned, Failure> {
    check_account(saved, session)?;
    let (live, moved) = looked(session, saved).await?;
    if !moved.is_empty() {
        return Err(Failure::Stale(if is_done(saved, &live) {
            StalePlan::Applied(", or somebody did the same: AWS is as it would leave it".to_owned())
        } else {
            StalePlan::Moved(moved)
        }));
    }
    check_steps(saved, &live)?;
    Ok(planned(saved.clone(), live, session, planning))
}

/// A plan whose steps are not what its changes take was made by a version that takes other steps, or by hand.
fn check_steps(saved: &SavedPlan, live: &Live) -> Result<(), Failure> {
    if saved::follows(saved, live) {
        return Ok(());
    }
    if saved.tool_version != env!("CARGO_PKG_VERSION") {
        let by = saved.tool_version.clone();
        return Err(Failure::Stale(StalePlan::OtherSteps(by)));
    }
    let message = "the calls in the file are not those that its changes take".to_owned();
    let hint = "plan again with `plan --out`, and find out who made the file";
    Err(refused("changed-plan", message, hint))
}

/// What there is, and what of it has moved. Answers come from many replicas: one that lags behind is no reason to refuse, so
/// that what seems to have moved is looked at again. Then it may as well be the other answer that lags behind: two in a row
/// have to say that nothing has moved.
async fn looked(session: &Session, saved: &SavedPlan) -> Result<(Live, Vec<Moved>), Failure> {
    let (mut looks, mut good, mut needed) = (0, 0, 1);
    loop {
        let live = look(session, saved).await?;
        let moved = saved::moved(&saved.before, &live);
        looks += 1;
        if moved.is_empty() {
            good += 1;
        } else {
            (good, needed) = (0, 2);
        }
        if good == needed || (looks >= LOOKS && good == 0) {
            return Ok((live, moved));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Reads what the plan touches, and which instances use it where that matters.
async fn look(session: &Session, saved: &SavedPlan) -> Result<Live, Failure> {
    let mut nothing = live::nothing(&session.setting, &session.caller, &saved.desired);
    let breadth = if saved.before.values().any(|before| before.users.is_some()) {
        nothing.regions.extend(saved.regions.iter().cloned());
        SurveyScope::Touched
    } else {
        SurveyScope::Named
    };
    let live = live::survey_from(nothing, session.reads(), &saved.desired, breadth);
    live.await.map_err(session.failed("look at AWS"))
}

/// Whether nothing of the plan is left to do.
fn is_done(saved: &SavedPlan, live: &Live) -> bool {
    let wishes = plan::wishes_again(&saved.plan, &saved.wishes);
    let changed = |change: &Change| {
        let before = saved.before.get(&change.address);
        before.is_some_and(|before| before.changes)
    };
    let now = plan::plan(&saved.desired, live, &wishes);
    now.is_ok_and(|now| !now.effective().any(changed))
}

/// The plan as it is run: by who runs it, who may be somebody else than who planned.
fn planned(saved: SavedPlan, live: Live, session: &Session, planning: &Planning) -> Planned {
    let mut planned = unpacked(saved, live);
    planned.allowances.own_role |= planning.allow_own_role;
    planned.allowances.lock_out |= planning.allow_lock_out;
    planned.plan.caller = session.caller.clone();
    let Planned {
        plan,
        desired,
        live,
        allowances,
        refusals,
        ..
    } = &planned;
    let mut of_caller = plan::refusals_of_caller(plan, desired, live, allowances);
    of_caller.retain(|refusal| !refusals.contains(refusal));
    planned.refusals.extend(of_caller);
    planned
}

/// The plan with what it found when it was made, in place of AWS.
pub(super) fn as_found(saved: SavedPlan) -> Planned {
    let SavedPlan { plan, desired, .. } = &saved;
    let mut live = live::nothing(&plan.setting, &plan.caller, desired);
    for (address, before) in &saved.before {
        let found = before
            .observed
            .clone()
            .map(|found| (address.clone(), found));
        live.resources.extend(found);
        let users = before.users.clone().map(|users| (address.clone(), users));
        live.users.extend(users);
    }
    unpacked(saved, live)
}

fn unpacked(saved: SavedPlan, live: Live) -> Planned {
    let SavedPlan {
        format: _,
        format_version: _,
        tool_version: _,
        id: _,
        created: _,
        expires: _,
        digest: _,
        manifests: _,
        wishes,
        allowances,
        plan,
        refusals,
        warnings,
        findings,
        desired,
        before: _,
        regions: _,
    } = saved;
    // Only what the plan touches is declared here.
    let wishes = plan::wishes_again(&plan, &wishes);
    Planned {
        sources: Sources::none(),
        declared: desired.clone(),
        desired,
        live,
        plan,
        wishes,
        allowances,
        warnings,
        findings,
        refusals,
    }
}
