//! Draws plans, reports, progress and problems. Computes nothing: a missing fact becomes a field of what is drawn.

mod annotations;
mod drift;
mod findings;
pub mod graph;
mod html;
mod json;
mod markdown;
mod markup;
mod problems;
mod progress;
mod remark;
mod report;
mod review;
mod revocation;
#[cfg(test)]
mod sample;
mod sarif;
mod scene;
mod stale;
mod stream;
mod style;
pub mod text;
mod value;
mod words;

pub use annotations::{annotations, problem_annotations};
pub use drift::{drift_json, drift_markdown};
pub use findings::findings;
pub use html::html;
pub use json::{plan_json, review_json};
pub use markdown::{MARKDOWN_LIMIT, failure_markdown, markdown, report_markdown};
pub use problems::{problems, problems_json};
pub use progress::{Lines, Progress, whole};
pub use report::{rehearsal, report, report_json};
pub use review::{Review, Stamp, elsewhere, stamp};
pub use revocation::{revocation, revocations};
pub use sarif::sarif;
pub use stale::stale;
pub use stream::{Line, began, ended, happened, stream_schema};
pub use style::{Label, Style};
pub use text::{TextOptions, drift, plan};
