//! YAML manifests: files to entries with places. Knows YAML, not AWS.
//!
//! [`load()`] reads files into [`Sources`](crate::diagnostic::Sources), [`parse_yaml`] makes values with places of
//! them, [`parse`] finds the manifests among the values. [`check()`] holds a value against a JSON Schema,
//! [`evaluate`] fills in `{{ … }}`, [`variables()`] gathers what `var.NAME` stands for. Which kinds there are and
//! what their fields mean is decided elsewhere.

mod check;
mod entry;
mod expr;
mod load;
mod places;
mod variables;
mod yaml;

pub use check::check;
pub use entry::{API_VERSION, Entry, parse};
pub use expr::{Evaluated, ExprProblem, Resources, Scope, evaluate, evaluate_tree};
pub use load::{DiskFiles, Files, MemoryFiles, STDIN, is_policy, load, load_with, variable_file};
pub use places::{Places, escape, readable};
pub use variables::{Given, is_mapping, variables};
pub use yaml::{Document, parse as parse_yaml};
