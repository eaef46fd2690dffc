//! `schema`: the JSON Schema of the manifests, for editors and checkers.

use clap::Args;

use crate::cli::terminal::{Exit, Failure, Ui};
use crate::resolve;

/// Prints the JSON Schema of the manifests, or of one kind.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The kind; all of them by default
    #[arg(value_name = "KIND")]
    kind: Option<String>,
}

pub(crate) fn run(args: &SchemaArgs) -> Result<Exit, Failure> {
    let schema = match &args.kind {
        None => resolve::manifest_schema(),
        Some(kind) => resolve::kind_schema(kind).ok_or_else(|| {
            let kinds = resolve::kind_names();
            let hint = crate::diagnostic::did_you_mean(kind, kinds.iter().copied());
            let hint =
                hint.unwrap_or_else(|| format!("the kinds are {}", crate::text::and_list(&kinds)));
            Failure::Usage(format!("there is no kind `{kind}`; {hint}"))
        })?,
    };
    Ui::print_json(&schema);
    Ok(Exit::Done)
}
