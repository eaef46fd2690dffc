//! Draws plans, reports, progress and problems. Computes nothing: a missing fact becomes a field of what is drawn.

mod json;
mod problems;
mod progress;
mod report;
#[cfg(test)]
mod sample;
mod style;
pub mod text;

pub use json::plan_json;
pub use problems::{problems, problems_json};
pub use progress::{Lines, Progress, whole};
pub use report::{report, report_json};
pub use style::{Label, Style};
pub use text::{TextOptions, plan};
