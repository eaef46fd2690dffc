//! From what should be and what is to what to do: pure, complete, deterministic. No I/O, clock, environment
//! or randomness in this folder; the plan is plain data that can be shown, saved and run.

mod blast;
mod change;
mod check;
mod compare;
mod decide;
mod drift;
mod expand;
mod finding;
mod gap;
mod guard;
mod lock_out;
mod lower;
mod options;
mod orphan;
mod quota;
mod release;
mod renew;
mod risk;
mod step;
mod target;
mod touched;
mod undeclared;
mod wave;

use crate::diagnostic::Problems;
use crate::model::{Desired, Live};

pub use change::{Change, Counts, Edit, Note, NoteKind, Plan};
pub use drift::{Cause, Difference, Drift, as_ours, drift};
pub use expand::expand;
pub use finding::findings;
pub use gap::Gap;
pub use guard::{GuardOverrides, refusals};

pub use options::PlanOptions;
pub use release::release;
pub use risk::{Risk, RiskFlag};
pub use step::{Step, StepId};
pub use touched::{touched, wishes_again};
pub use wave::{Wave, Waves};

pub use crate::cloud::OnMissing;
pub use crate::model::Action;

/// Works out what to do. All that makes the declaration impossible is reported together.
pub fn plan(desired: &Desired, live: &Live, wishes: &PlanOptions) -> Result<Plan, Problems> {
    let declared = desired;
    let expand::Expansion {
        desired,
        mut problems,
        notes: mut more_notes,
    } = expand::expansion(desired, live, wishes);
    let desired = desired.as_ref();
    problems.extend(check::before(desired, live, wishes));
    let uses = blast::Uses::of(live);
    let mut decisions = decide::decide(desired, live, &uses, wishes).map_err(|more| {
        problems.extend(more);
        problems.clone()
    })?;
    let narrowed = problems.absorb(target::narrow(&mut decisions, declared, wishes));
    more_notes.extend(narrowed.into_iter().flatten());
    renew::renew(&mut decisions, desired, live, wishes);
    gap::mark(&mut decisions.changes);
    risk::mark(&mut decisions.changes, live);
    problems.extend(quota::problems(desired, live, &decisions));
    let mut problems = problems.or_value(Problems::none())?;
    problems.extend(check::going(&decisions, live));
    let rollouts = wave::waves(&decisions);
    let steps = problems.absorb(lower::steps(&decisions, &rollouts, desired, live, &uses));
    let mut notes = orphan::notes(live, &decisions);
    notes.append(&mut more_notes);
    notes.extend(quota::notes(live, &decisions));
    notes.extend(blast::elsewhere(&decisions.changes, live, &uses));
    let plan = Plan {
        stack: desired.stack.name.clone(),
        setting: live.setting.clone(),
        caller: live.caller.clone(),
        notes,
        changes: decisions.changes,
        rollouts,
        steps: steps.unwrap_or_default(),
    };
    problems.or_value(plan)
}
