//! A saved plan checked against AWS: its age, where it belongs, what has moved since, and whether its calls are those
//! that its changes take.

use jiff::Timestamp;

use super::recheck::Found;
use super::{Planned, RunError, View};
use crate::cloud::Clock;
use crate::diagnostic::Sources;
use crate::live;
use crate::model::Live;
use crate::plan::{self, Change, GuardOverrides};
use crate::saved::{self, SavedPlan, StalePlan};

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
    let found = Found {
        desired: &saved.desired,
        before: &saved.before,
        regions: &saved.regions,
    };
    let (live, moved) = found.look_again(view, clock).await?;
    if !moved.is_empty() {
        return Err(RunError::Stale(if is_done(saved, &live) {
            StalePlan::Applied(", or somebody did the same: AWS is as it would leave it".to_owned())
        } else {
            StalePlan::Moved(moved)
        }));
    }
    check_steps(saved, &live)?;
    Ok(guarded(unpacked(saved.clone(), live), view, overrides))
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

/// The plan with what guards say of it now, whatever the file says: only what was allowed counts, and who runs it. How much
/// of the stack is deleted is not asked again, because only what the plan touches was read.
fn guarded(mut planned: Planned, view: View<'_>, overrides: &GuardOverrides) -> Planned {
    planned.overrides.own_role |= overrides.own_role;
    planned.overrides.lock_out |= overrides.lock_out;
    planned.plan.caller = view.caller.clone();
    let asked = GuardOverrides {
        mass_delete: true,
        ..planned.overrides.clone()
    };
    let Planned {
        plan,
        desired,
        live,
        refusals,
        ..
    } = &planned;
    let mut again = plan::refusals(plan, desired, live, &asked);
    again.retain(|refusal| !refusals.contains(refusal));
    planned.refusals.extend(again);
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
