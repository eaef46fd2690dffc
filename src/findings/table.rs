//! The table of findings: one row each, sorted by id. `docs/findings.md` is made from it.

use super::Rule;

/// Every rule there is.
pub const RULES: &[Rule] = &[];
