//! The table of findings: one row each, sorted by id. `docs/findings.md` is made from it.

use super::Rule;

/// Every rule there is.
pub const RULES: &[Rule] = &[];

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
