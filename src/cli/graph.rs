//! `graph`: what depends on what, drawn from the manifests alone.

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::options::{Common, Manifests};
use super::project::Project;
use super::ui::Ui;
use super::validate;
use crate::model::Desired;
use crate::render::graph::{self, Graph, Node};

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
    /// A picture that browsers show
    Svg,
}

pub(super) fn run(args: &GraphArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let mut project = Project::load(&args.manifests)?;
    let setting = validate::setting(&project, common);
    let graph = of_manifests(&project.desired(&setting)?.desired);
    if ui.json {
        Ui::print_json(&graph::json(&graph));
    } else {
        Ui::result(&match args.format {
            Format::Text => graph::text(&graph),
            Format::Dot => graph::dot(&graph),
            Format::Mermaid => graph::mermaid(&graph),
            Format::Svg => graph::svg(&graph),
        });
    }
    Ok(Exit::Done)
}

fn of_manifests(desired: &Desired) -> Graph {
    let nodes = desired.resources.keys().map(|address| Node {
        address: address.clone(),
        action: None,
    });
    let edges = desired.resources.values().flat_map(|resource| {
        let references = resource.references.iter();
        references.map(|reference| (resource.address.clone(), reference.target.clone()))
    });
    Graph::new(nodes, edges)
}
