//! IAM policy documents: parsing, canonical form, equality of meaning, statement-level differences, size and
//! grammar checks. All pure. What a difference means for access is not decided here.

use serde::{Deserialize, Serialize};

/// Placeholder until the module proper lands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document(serde_json::Value);
