//! `graph`: what depends on what, drawn from the manifests alone.

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::options::{Common, Manifests};
use super::project::Project;
use super::ui::Ui;
use super::validate;
use crate::model::Desired;

/// Draws the dependency graph of the manifests.
#[derive(Debug, Args)]
pub(super) struct GraphArgs {
    #[command(flatten)]
    manifests: Manifests,
    /// The language to draw in
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The languages graphs are drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// One line a resource
    #[default]
    Text,
    /// Graphviz
    Dot,
    /// Mermaid, which GitHub draws
    Mermaid,
}

pub(super) fn run(args: &GraphArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let mut project = Project::load(&args.manifests)?;
    let setting = validate::setting(&project, common);
    let desired = project.desired(&setting)?.desired;
    if ui.json {
        Ui::print_json(&json(&desired));
    } else {
        Ui::result(&match args.format {
            Format::Text => text(&desired),
            Format::Dot => dot(&desired),
            Format::Mermaid => mermaid(&desired),
        });
    }
    Ok(Exit::Done)
}

/// From and to, by address.
fn edges(desired: &Desired) -> Vec<(String, String)> {
    let resources = desired.resources.values();
    resources
        .flat_map(|resource| {
            let references = resource.references.iter();
            references.map(|reference| (resource.address.to_string(), reference.target.to_string()))
        })
        .collect()
}

fn json(desired: &Desired) -> serde_json::Value {
    let nodes: Vec<String> = desired.resources.keys().map(ToString::to_string).collect();
    let edges: Vec<serde_json::Value> = edges(desired)
        .into_iter()
        .map(|(from, to)| serde_json::json!({ "from": from, "to": to }))
        .collect();
    serde_json::json!({ "nodes": nodes, "edges": edges })
}

fn text(desired: &Desired) -> String {
    let mut lines = String::new();
    for resource in desired.resources.values() {
        let targets: Vec<String> = resource
            .references
            .iter()
            .map(|reference| reference.target.to_string())
            .collect();
        let needs = if targets.is_empty() {
            String::new()
        } else {
            format!(" -> {}", targets.join(", "))
        };
        lines.push_str(&format!("{}{needs}\n", resource.address));
    }
    lines
}

fn dot(desired: &Desired) -> String {
    let mut lines = "digraph stack {\n  rankdir=LR;\n".to_owned();
    for address in desired.resources.keys() {
        lines.push_str(&format!("  {:?};\n", address.to_string()));
    }
    for (from, to) in edges(desired) {
        lines.push_str(&format!("  {from:?} -> {to:?};\n"));
    }
    lines + "}\n"
}

fn mermaid(desired: &Desired) -> String {
    let mut lines = "graph LR\n".to_owned();
    let index = |address: &str| {
        desired
            .resources
            .keys()
            .position(|other| other.to_string() == address)
    };
    for (number, address) in desired.resources.keys().enumerate() {
        lines.push_str(&format!("  n{number}[\"{address}\"]\n"));
    }
    for (from, to) in edges(desired) {
        if let (Some(from), Some(to)) = (index(&from), index(&to)) {
            lines.push_str(&format!("  n{from} --> n{to}\n"));
        }
    }
    lines
}
