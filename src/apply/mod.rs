//! Runs the steps of a plan: the only stage that changes the world. It knows no kind and decides nothing
//! that a step does not say.

mod event;

pub use event::{Event, Outcome, Report, Skip};
