//! The port to AWS: calls and answers as plain data, and the two traits that carry them.
//! No wire format lives here (see `aws`), and no knowledge of what a call is good for (see `kinds`).

mod answer;
pub mod backoff;
mod call;
mod clock;
mod condition;
mod fault;
mod merge;
mod meter;
pub mod statement;

use futures::future::BoxFuture;

pub use answer::{Answer, Node};
pub use call::{Call, Parameter, ReadCall, Service, WriteCall};
pub use clock::Clock;
pub use condition::{Condition, Expect, Lookup, OnMissing, WhenNone};
pub use fault::{Class, Fault};
pub use merge::{Aftermath, Merge, Merged, alone};
pub use meter::{Meter, Pace, Traffic};

/// Something that can ask AWS questions. Holding one gives no way to change anything.
pub trait Reads: Send + Sync {
    /// Asks, follows every page to the end and gives the pages merged into one answer.
    /// Throttled and passing faults have already been retried when a fault comes back.
    fn ask<'a>(&'a self, call: &'a ReadCall) -> BoxFuture<'a, Result<Answer, Fault>>;
}

/// Something that can change AWS. Only the applier is ever given one; what starts jobs of Access Analyzer is given
/// [`crate::analyzer::Jobs`] instead, which sends nothing else.
pub trait Writes: Send + Sync {
    /// Sends the call exactly once: repeating it is the caller's decision.
    /// Every [`Parameter::Later`] must have been filled before.
    fn send<'a>(&'a self, call: &'a WriteCall) -> BoxFuture<'a, Result<Answer, Fault>>;
}
