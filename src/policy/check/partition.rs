//! ARNs of another partition than the account's. IAM refuses them as resources, and as principals they cannot exist: no trust
//! reaches across partitions (IAM user guide, "IAM identifiers").

use super::Diagnostics;
use crate::policy::cursor::JsonCursor;
use crate::policy::{Document, PolicyDiagnostic};

/// The code of an ARN that is of another partition.
pub const FOREIGN_PARTITION: &str = "foreign-partition";

/// The resources and principals of a document that are of another partition than `ours`.
pub fn foreign_arns(document: &Document, ours: &str) -> Vec<PolicyDiagnostic> {
    let root = JsonCursor::root(document.json());
    let mut found = Diagnostics::new();
    for statement in root.child("Statement").iter().flat_map(JsonCursor::members) {
        for element in ["Resource", "NotResource"] {
            let values = statement.child(element);
            found.extend(values.iter().flat_map(|values| foreign(values, ours)));
        }
        for element in ["Principal", "NotPrincipal"] {
            let kinds = statement.child(element);
            let kinds = kinds.iter().flat_map(JsonCursor::entries);
            found.extend(kinds.flat_map(|(_, names)| foreign(&names, ours)));
        }
    }
    found
}

fn foreign(values: &JsonCursor<'_>, ours: &str) -> Diagnostics {
    let texts = values.texts().into_iter();
    let found = texts.filter_map(|(cursor, text)| {
        let message = foreign_arn(text, ours)?;
        let problem = cursor.error(FOREIGN_PARTITION, message);
        Some(problem.hint(hint(ours)))
    });
    found.collect()
}

/// What is wrong with an ARN of another partition. A wildcard or a variable may stand for ours.
pub fn foreign_arn(text: &str, ours: &str) -> Option<String> {
    let partition = text.strip_prefix("arn:")?.split(':').next()?;
    let is_open = partition.contains(['*', '?', '$', '{']);
    if is_open || partition == ours {
        return None;
    }
    Some(format!(
        "`{text}` is of partition {partition}, and this run is in {ours}"
    ))
}

/// How to write what fits everywhere.
pub fn hint(ours: &str) -> String {
    format!("write arn:{ours}:, or {{{{ partition }}}} for the partition of the run")
}
