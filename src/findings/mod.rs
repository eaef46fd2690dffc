//! Findings: what is wrong with, or worth a look in, policies and the roles that hold them, beyond what IAM refuses.
//! Rules are pure functions; each has a row in the table, with an id that never changes, and a bad and a good example.
//! Where a finding stands in a file, and whether it stops a run, is decided elsewhere.

mod allow;
mod document;
mod escalation;
mod finding;
mod grammar;
mod policy;
mod role;
mod rule;
mod table;
#[cfg(test)]
mod tests;

pub use allow::{allow, only_in_changes};
pub use document::in_document;
pub use escalation::escalations;
pub use finding::{Allowed, AllowedBy, Finding, sort};
pub use policy::{FindingPolicy, UnknownFinding};
pub use role::{RoleSubject, in_change, in_role};
pub use rule::{Frame, Rule, RuleMatch, Severity};
pub use table::RULES;

/// Every rule there is: those about policies and roles, IAM's own grammar, and comments that allow findings.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().chain(grammar::RULES).chain(allow::RULES)
}

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// Whether a rule compares accounts, and so says nothing where ours is not known.
pub fn needs_account(id: &str) -> bool {
    matches!(
        id,
        "cross-account-trust" | "third-party-trust-without-external-id"
    )
}
