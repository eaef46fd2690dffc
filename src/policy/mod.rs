//! IAM policy documents: parsing, canonical form, equality of meaning, statement-level differences, size and
//! grammar checks. All pure. What a difference means for access is not decided here.

mod check;
mod condition;
mod cursor;
mod diagnostic;
mod diff;
mod document;
mod normal;
mod parse;
mod part;
mod pattern;
#[cfg(test)]
mod properties;
mod purpose;
mod revocation;
mod same;
mod size;
mod statement;
mod unique;

pub use check::{FOREIGN_PARTITION, check, foreign_arn, foreign_arns, partition_hint};
pub use condition::{Operator, address_range};
pub use cursor::escaped;
pub use diagnostic::PolicyDiagnostic;
pub use diff::{DocumentDiff, StatementEdit, ValueEdit, diff};
pub use document::Document;
pub use normal::{canonical, is_account_id};
pub use part::{Element, Mark, Member, Part, Test};
pub use pattern::{Pattern, Variables};
pub use purpose::PolicyPurpose;
pub use revocation::{issued_before, revocation};
pub use same::same;
pub use size::{
    BUCKET_POLICY_LIMIT, ROLE_INLINE_LIMIT, TEXT_LIMIT, TRUST_LIMIT, USER_INLINE_LIMIT,
};
pub use statement::{Condition, Principals, Statement};
