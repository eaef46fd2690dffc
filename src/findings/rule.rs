//! What a rule is, and what it finds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
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
    /// What the examples are part of.
    pub frame: Frame,
    /// An example that has it.
    pub bad: &'static str,
    /// The same put right: it has no finding of this id.
    pub good: &'static str,
}

/// What an example is part of, so that a rule writes down no more than what matters.
#[derive(Debug, Clone, Copy)]
pub enum Frame {
    /// Nothing: it is the `spec` of a Role.
    Spec,
    /// A role that instances can assume: it is the rest of the `spec`.
    InstanceRole,
    /// The inline policy of this name, of such a role: it is a list of statements.
    Inline(&'static str),
    /// A trust policy: it is a list of statements.
    Trust,
    /// An inline policy in flow style: it is the members of the list of statements.
    InlineFlow,
    /// A trust policy in flow style, likewise.
    TrustFlow,
}

impl Rule {
    /// The bad example and the good one as YAML, each the `spec` of a Role.
    pub fn examples(&self) -> [String; 2] {
        [self.bad, self.good].map(|example| self.frame.around(example))
    }

    /// What it found at a pointer.
    pub(super) fn found_at(
        &self,
        pointer: impl Into<String>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> RuleMatch {
        RuleMatch {
            id: self.id,
            pointer: pointer.into(),
            message: message.into(),
            fix: fix.into(),
        }
    }
}

impl Frame {
    fn around(self, example: &str) -> String {
        const ROLE: &str = "trustPolicy: {services: [ec2.amazonaws.com]}\n";
        let indented = |by: usize| {
            let lines = example.lines().map(|line| format!("\n{:by$}{line}", ""));
            lines.collect::<String>()
        };
        match self {
            Frame::Spec => example.to_owned(),
            Frame::InstanceRole => format!("{ROLE}{example}"),
            Frame::Inline(name) => format!(
                "{ROLE}inlinePolicies:\n  {name}:\n    Version: \"2012-10-17\"\n    Statement:{}",
                indented(6)
            ),
            Frame::Trust => format!(
                "trustPolicy:\n  Version: \"2012-10-17\"\n  Statement:{}",
                indented(4)
            ),
            Frame::InlineFlow => format!(
                "{ROLE}inlinePolicies: {{p: {{Version: '2012-10-17', Statement: [{example}]}}}}"
            ),
            Frame::TrustFlow => {
                format!("trustPolicy: {{Version: '2012-10-17', Statement: [{example}]}}")
            }
        }
    }
}

/// What a rule found, with its place inside what was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMatch {
    /// The rule's id.
    pub id: &'static str,
    /// RFC 6901 JSON pointer into the document (`/Statement/0/Action`); empty for the whole of it.
    pub pointer: String,
    /// One sentence without a full stop, about this very case.
    pub message: String,
    /// What to do about this case.
    pub fix: String,
}
