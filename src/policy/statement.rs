//! A statement taken apart: plain data in the author's order and spelling. Meaning lives in `normal`.

use std::collections::BTreeMap;

use serde_json::Value;

/// The elements of a document.
pub(super) const DOCUMENT_ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];

/// The elements of a statement.
pub(super) const STATEMENT_ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Who a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principals {
    /// The bare `"*"`, which S3 tells apart from `{"AWS": "*"}`.
    Anyone,
    /// By type (`AWS`, `Service`, `Federated`, `CanonicalUser`), in the author's order.
    Typed(Vec<(String, Vec<String>)>),
}

/// One test of a statement's `Condition`: an operator, a key, and the values it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// For example `ForAnyValue:StringLike`.
    pub operator: String,
    /// For example `aws:SourceVpc`.
    pub key: String,
    /// The values as text: IAM reads `true` as `"true"` and `5` as `"5"`.
    pub values: Vec<String>,
}

/// One statement. An element that is absent is `None`; one member and a list of one look alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// Its name within the document.
    pub sid: Option<String>,
    /// `Allow` or `Deny` in a sound document.
    pub effect: Option<String>,
    /// Who it is about.
    pub principal: Option<Principals>,
    /// Who it is not about.
    pub not_principal: Option<Principals>,
    /// The actions it is about.
    pub action: Option<Vec<String>>,
    /// The actions it is not about.
    pub not_action: Option<Vec<String>>,
    /// The resources it is about.
    pub resource: Option<Vec<String>>,
    /// The resources it is not about.
    pub not_resource: Option<Vec<String>>,
    /// The tests that must all hold; empty for `{}`.
    pub condition: Option<Vec<Condition>>,
    /// Elements that are unknown or not of their shape, as they stand.
    pub other: BTreeMap<String, Value>,
}
