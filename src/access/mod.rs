//! What a change of policies means for access: what is gained and what is lost, proven where it can be. Sound on the
//! side that matters: where nothing is said to be gained, no request is allowed that was not allowed before. Which
//! policies are compared, and what follows from it, is the caller's.

mod change;
mod condition;
mod cube;
mod describe;
mod diff;
mod gain;
mod grants;
mod principal;
#[cfg(test)]
mod properties;
mod sentence;
mod set;

#[cfg(test)]
mod tests;

pub use change::{AccessChange, AccessDiff, Because, Known, Names, Permission, Subject};
pub use diff::diff;
pub use sentence::{Direction, sentence};
