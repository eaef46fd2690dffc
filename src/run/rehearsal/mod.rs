//! A rehearsal: a plan carried out in a sandbox that holds what was seen of AWS, on virtual time. Nothing here has a way
//! to anything but that sandbox.

pub mod clock;
pub mod credentials;
mod rehearse;
mod same;
pub mod sandbox;
mod seed;

pub use rehearse::{Rehearsal, rehearse};
pub use same::differences;
pub use seed::seed;
