//! Draws plans, reports, progress and problems. Computes nothing: a missing fact becomes a field of what is drawn.

mod style;

pub use style::{Label, Style};
