//! A saved plan checked against AWS: its age, where it belongs, what has moved since, and whether its calls are those
//! that its changes take.

use std::time::Duration;

use jiff::Timestamp;

use super::{Planned, RunError, View};
use crate::cloud::Clock;
use crate::diagnostic::Sources;
use crate::kinds::SurveyScope;
use crate::live;
use crate::model::Live;
use crate::plan::{self, Change, GuardOverrides};
use crate::saved::{self, Moved, SavedPlan, StalePlan};

/// How often what seems to have moved is read before a plan is refused for it, and the pause between.
const READS: u32 = 3;
const READ_AGAIN: Duration = Duration::from_millis(400);

/// Fails when a plan is too old to be carried out.
pub fn check_age(saved: &SavedPlan, now: Timestamp) -> Result<(), RunError> {
    if now >= saved.expires {
        return Err(RunError::Stale(StalePlan::Expired(saved.expires)));
    }
    Ok(())
}

/// The plan as it may be carried out now: reads again what it touches, and nothing else. Of the overrides count those that
/// are about the caller, who may be somebody else than who planned.
pub async fn checked(
    view: View<'_>,
    clock: &dyn Clock,
    saved: &SavedPlan,
    overrides: &GuardOverrides,
) -> Result<Planned, RunError> {
    if saved.plan.setting != *view.scope {
        return Err(RunError::OtherScope {
            planned: saved.plan.setting.clone(),
            here: view.scope.clone(),
            caller: view.caller.arn.clone(),
        });
    }
    let (live, moved) = read(view, clock, saved).await?;
    if !moved.is_empty() {
        return Err(RunError::Stale(if is_done(saved, &live) {
            StalePlan::Applied(", or somebody did the same: AWS is as it would leave it".to_owned())
        } else {
            StalePlan::Moved(moved)
        }));
    }
    check_steps(saved, &live)?;
    Ok(by_caller(unpacked(saved.clone(), live), view, overrides))
}

/// A plan whose steps are not what its changes take was made by a version that takes other steps, or by hand.
fn check_steps(saved: &SavedPlan, live: &Live) -> Result<(), RunError> {
    if saved::follows(saved, live) {
        return Ok(());
    }
    if saved.tool_version != env!("CARGO_PKG_VERSION") {
        let by = saved.tool_version.clone();
        return Err(RunError::Stale(StalePlan::OtherSteps(by)));
    }
    Err(RunError::ChangedPlan)
}

/// What there is, and what of it has moved. Answers come from many replicas: one that lags behind is no reason to refuse, so
/// that what seems to have moved is read again. Then it may as well be the other answer that lags behind: two in a row
/// have to say that nothing has moved.
async fn read(
    view: View<'_>,
    clock: &dyn Clock,
    saved: &SavedPlan,
) -> Result<(Live, Vec<Moved>), RunError> {
    let (mut reads, mut good, mut needed) = (0, 0, 1);
    loop {
        let live = read_once(view, saved).await?;
        let moved = saved::moved(&saved.before, &live);
        reads += 1;
        if moved.is_empty() {
            good += 1;
        } else {
            (good, needed) = (0, 2);
        }
        if good == needed || (reads >= READS && good == 0) {
            return Ok((live, moved));
        }
        clock.sleep(READ_AGAIN).await;
    }
}

/// Reads what the plan touches, and which instances use it where that matters.
async fn read_once(view: View<'_>, saved: &SavedPlan) -> Result<Live, RunError> {
    let mut nothing = live::nothing(view.scope, view.caller, &saved.desired);
    let within = if saved.before.values().any(|before| before.users.is_some()) {
        nothing.regions.extend(saved.regions.iter().cloned());
        SurveyScope::Touched
    } else {
        SurveyScope::Named
    };
    let live = live::survey_from(nothing, view.reads, &saved.desired, within);
    live.await.map_err(RunError::Survey)
}

/// Whether nothing of the plan is left to do.
fn is_done(saved: &SavedPlan, live: &Live) -> bool {
    let options = plan::wishes_again(&saved.plan, &saved.wishes);
    let changed = |change: &Change| {
        let before = saved.before.get(&change.address);
        before.is_some_and(|before| before.changes)
    };
    let now = plan::plan(&saved.desired, live, &options);
    now.is_ok_and(|now| !now.effective().any(changed))
}

/// The plan with what guards say of who runs it.
fn by_caller(mut planned: Planned, view: View<'_>, overrides: &GuardOverrides) -> Planned {
    planned.overrides.own_role |= overrides.own_role;
    planned.overrides.lock_out |= overrides.lock_out;
    planned.plan.caller = view.caller.clone();
    let Planned {
        plan,
        desired,
        live,
        overrides,
        refusals,
        ..
    } = &planned;
    let mut of_caller = plan::refusals_of_caller(plan, desired, live, overrides);
    of_caller.retain(|refusal| !refusals.contains(refusal));
    planned.refusals.extend(of_caller);
    planned
}

/// The plan with what it found when it was made, in place of AWS.
pub fn as_saved(saved: SavedPlan) -> Planned {
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
    Planned {
        sources: Sources::none(),
        // Only what the plan touches is declared here.
        options: plan::wishes_again(&plan, &wishes),
        declared: desired.clone(),
        desired,
        live,
        plan,
        overrides: allowances,
        warnings,
        findings,
        refusals,
    }
}
