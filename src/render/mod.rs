//! Draws plans, reports, progress and problems. Computes nothing: a missing fact becomes a field of what is drawn.

mod findings;
mod json;
mod problems;
mod progress;
mod report;
mod review;
mod revocation;
#[cfg(test)]
mod sample;
mod sarif;
mod style;
pub mod text;

pub use findings::{findings, findings_json};
pub use json::plan_json;
pub use problems::{problems, problems_json};
pub use progress::{Lines, Progress, whole};
pub use report::{rehearsal, report, report_json};
pub use review::{Review, Stamp};
pub use revocation::{revocation, revocations};
pub use sarif::sarif;
pub use style::{Label, Style};
pub use text::{TextOptions, plan};
