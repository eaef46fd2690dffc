//! Findings: what is wrong with, or worth a look in, policies and the roles that hold them, beyond what IAM refuses.
//! Rules are pure functions; each has a row in the table, with an id that never changes, and a bad and a good example.
//! Where a finding stands in a file, and whether it stops a run, is decided elsewhere.

mod document;
mod rule;
mod table;

pub use document::{DocumentSubject, in_document};
pub use rule::{Example, Found, Rule, Severity};
pub use table::{RULES, rule};
