//! IAM policy documents: parsing, canonical form, equality of meaning, statement-level differences, size and
//! grammar checks. All pure. What a difference means for access is not decided here.

mod check;
mod diff;
mod document;
mod normal;
mod operator;
mod parse;
mod part;
mod pattern;
mod problem;
#[cfg(test)]
mod properties;
mod purpose;
mod revocation;
mod same;
mod size;
mod spot;
mod statement;
mod unique;

pub use check::check;
pub use diff::{DocumentDiff, StatementEdit, ValueEdit, diff};
pub use document::Document;
pub use normal::{canonical, is_account_id};
pub use operator::Operator;
pub use part::{Element, Mark, Member, Part, Test};
pub use pattern::{Pattern, Variables};
pub use problem::PolicyProblem;
pub use purpose::PolicyPurpose;
pub use revocation::{issued_before, revocation};
pub use same::same;
pub use size::{
    BUCKET_POLICY_LIMIT, ROLE_INLINE_LIMIT, TEXT_LIMIT, TRUST_LIMIT, USER_INLINE_LIMIT,
};
pub use spot::escaped;
pub use statement::{Condition, Principals, Statement};
