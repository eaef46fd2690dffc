//! What a rule is, and what it finds.

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Untidy, or easily misread.
    Low,
    /// Wider than it probably should be, or without effect.
    Medium,
    /// Gives away more than most would accept if they knew.
    High,
    /// IAM refuses it.
    Error,
}

/// One row of the table of findings.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Stable kebab-case name; never reused for something else.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about, as a heading.
    pub title: &'static str,
    /// Why it matters: a sentence or two.
    pub why: &'static str,
    /// What to do in general.
    pub fix: &'static str,
    /// A manifest document that has it.
    pub bad: Example,
    /// The same put right: it has no finding of this id.
    pub good: Example,
}

/// An example as YAML: the `spec` of a Role, unless it begins with `apiVersion`.
pub type Example = &'static str;

/// What a rule found, with its spot inside what was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The rule's id.
    pub id: &'static str,
    /// RFC 6901 JSON pointer into the document (`/Statement/0/Action`); empty for the whole of it.
    pub pointer: String,
    /// One sentence without a full stop, about this very case.
    pub message: String,
    /// What to do about this case.
    pub fix: String,
}
