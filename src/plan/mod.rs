//! From what should be and what is to what to do: pure, complete, deterministic. No I/O, clock, environment
//! or randomness in this folder; the plan is plain data that can be shown, saved and run.

mod change;
mod step;

pub use change::{Action, Change, Counts, Edit, Note, NoteKind, Plan};
pub use step::{OnMissing, Step, StepId};
