//! A rehearsal's beginning and its judgement, both pure: the sandbox's starting world out of what was seen of AWS, and
//! whether the plan made there is the plan. Running it is the command line's.

mod same;
mod seed;

pub use same::{differences, told};
pub use seed::seed;
