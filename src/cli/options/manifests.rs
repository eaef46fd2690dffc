//! Options of commands that read manifests.

use std::path::PathBuf;

use clap::Args;

/// What the paths are where a saved plan may stand in their place.
pub(crate) const OR_PLAN: &str =
    "Files and folders with manifests, or one saved plan; `-` is standard input";

/// Options of commands that read manifests.
#[derive(Debug, Clone, Args)]
pub(crate) struct Manifests {
    /// Files and folders with manifests; `-` is standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The stack's name; by default that of the document of kind Stack
    #[arg(long, value_name = "NAME")]
    pub stack: Option<String>,
    /// A variable for `{{ var.NAME }}`; also RW_VAR_NAME in the environment
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub variables: Vec<String>,
    /// A YAML or JSON file with variables
    #[arg(long = "var-file", value_name = "FILE")]
    pub variable_files: Vec<PathBuf>,
    /// Let manifests refer to files outside of the folders that are named
    #[arg(long)]
    pub allow_files_outside: bool,
}
