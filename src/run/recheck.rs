//! Whether AWS is still as a plan found it: reads again what the plan touches, right before it is carried out. What counts as
//! moved is `saved`'s; single resources are looked at again by `apply`, right before each call.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Planned, RunError, View};
use crate::cloud::Clock;
use crate::kinds::SurveyScope;
use crate::live;
use crate::model::{Address, Desired, Live};
use crate::plan;
use crate::saved::{self, Before, Moved, StalePlan};

/// How often what seems to have moved is read before a plan is refused for it, and the pause between.
const READS: u32 = 3;
const READ_AGAIN: Duration = Duration::from_millis(400);

/// What a plan found of what it touches.
pub(super) struct Found<'a> {
    /// What shall be, of all that the plan touches.
    pub(super) desired: &'a Desired,
    /// What was there.
    pub(super) before: &'a BTreeMap<Address, Before>,
    /// The regions in which instances were looked for.
    pub(super) regions: &'a BTreeSet<String>,
}

/// Fails when anything that the plan touches is not as the plan found it.
///
/// # Errors
/// [`StalePlan::Moved`] names what has moved; other errors say why AWS could not be read.
pub async fn recheck(view: View<'_>, clock: &dyn Clock, planned: &Planned) -> Result<(), RunError> {
    let Planned {
        plan,
        desired,
        live,
        ..
    } = planned;
    let touched = plan::touched(plan, desired, live);
    let before = saved::before(plan, &touched, live);
    let found = Found {
        desired: &touched,
        before: &before,
        regions: &live.regions,
    };
    let (_, moved) = found.look_again(view, clock).await?;
    if moved.is_empty() {
        return Ok(());
    }
    Err(RunError::Stale(StalePlan::Moved(moved)))
}

impl Found<'_> {
    /// What there is, and what of it has moved. Answers come from many replicas: one that lags behind is no reason to
    /// refuse, so that what seems to have moved is read again. Then it may as well be the other answer that lags behind:
    /// two in a row have to say that nothing has moved.
    pub(super) async fn look_again(
        &self,
        view: View<'_>,
        clock: &dyn Clock,
    ) -> Result<(Live, Vec<Moved>), RunError> {
        let (mut reads, mut good, mut needed) = (0, 0, 1);
        loop {
            let live = self.read(view).await?;
            let moved = saved::moved(self.before, &live);
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
    async fn read(&self, view: View<'_>) -> Result<Live, RunError> {
        let mut nothing = live::nothing(view.scope, view.caller, self.desired);
        let mut before = self.before.values();
        let within = if before.any(|before| before.users.is_some()) {
            nothing.regions.extend(self.regions.iter().cloned());
            SurveyScope::Touched
        } else {
            SurveyScope::Named
        };
        let live = live::survey_from(nothing, view.reads, self.desired, within);
        live.await.map_err(RunError::Survey)
    }
}
