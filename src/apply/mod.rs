//! Runs the steps of a plan: the only stage that changes the world. It knows no kind and decides nothing
//! that a step does not say.
//!
//! [`apply`] is the way in. What it decides at all is decided in pure functions, apart from the loop that
//! calls and sleeps: which step may run (`schedule`), and what an error means (`retry`).

mod attempt;
mod context;
mod ending;
mod event;
mod executor;
mod journal;
mod ledger;
mod merge;
mod precondition;
mod reason;
mod refusals;
mod retry;
mod schedule;
mod send;
mod stop;
mod wait;
mod waves;

#[cfg(test)]
mod tests;

pub use context::{Cloud, Options};
pub use event::{Effect, Event, Limit, Outcome, Report, Skip};
pub use executor::apply;
pub use journal::{CallResult, Entry, FileJournal, Journal, JournalError, MemoryJournal, Moment};
pub use stop::Stop;
