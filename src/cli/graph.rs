//! `graph`: what refers to what, drawn from the manifests, from live AWS, or from a plan.

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupts;
use super::options::{Common, Manifests, OR_PLAN, Planning};
use super::plan;
use super::plan_file;
use super::project::Project;
use super::session::{self, Session};
use super::ui::Ui;
use super::validate;
use crate::kinds::SurveyScope;
use crate::model::{Desired, Live};
use crate::render::graph::{self, Graph, Node};

/// Draws what refers to what: of the manifests, of what they are about in AWS, or of a plan.
#[derive(Debug, Args)]
#[command(mut_arg("paths", |paths| paths.help(OR_PLAN)))]
pub(super) struct GraphArgs {
    #[command(flatten)]
    manifests: Manifests,
    /// What to draw; a saved plan is always drawn as a plan
    #[arg(long = "of", value_enum, default_value_t, value_name = "WHAT")]
    subject: Of,
    /// The language to draw in
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Of {
    /// What is declared, without looking at AWS
    #[default]
    Manifests,
    /// What there is of it in AWS, and what else the stack owns
    Live,
    /// What apply would do
    Plan,
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

impl GraphArgs {
    /// Whether it looks at AWS.
    pub(super) fn asks_aws(&self) -> bool {
        self.subject != Of::Manifests
    }
}

pub(super) fn run(args: &GraphArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let graph = if let Some(path) = args.manifests.saved_plan()? {
        Graph::of_plan(&plan_file::read(path)?.plan)
    } else if args.asks_aws() {
        return session::block_on(with_aws(args, common, ui));
    } else {
        let mut project = Project::load(&args.manifests)?;
        let setting = validate::setting(&project, common);
        of_manifests(&project.desired(&setting)?.desired)
    };
    show(&graph, args.format, ui);
    Ok(Exit::Done)
}

async fn with_aws(args: &GraphArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let mut project = Project::load(&args.manifests)?;
    project.sound()?;
    let interrupts = Interrupts::listen();
    let drawing = async |session: &Session, project: &mut Project| {
        drawn(args.subject, session, project).await
    };
    let graph = project.look(common, &interrupts, ui, drawing).await?;
    show(&graph, args.format, ui);
    Ok(Exit::Done)
}

async fn drawn(of: Of, session: &Session, project: &mut Project) -> Result<Graph, Failure> {
    if of == Of::Plan {
        let planned = plan::make(session, project, &Planning::default(), false).await?;
        return Ok(Graph::of_plan(&planned.plan));
    }
    let desired = project.desired(&session.setting)?.desired;
    let live = session.survey(&desired, SurveyScope::Owned).await?;
    Ok(of_live(&live))
}

fn show(graph: &Graph, format: Format, ui: &Ui) {
    if ui.json {
        Ui::print_json(&graph::json(graph));
        return;
    }
    Ui::result(&match format {
        Format::Text => graph::text(graph),
        Format::Dot => graph::dot(graph),
        Format::Mermaid => graph::mermaid(graph),
        Format::Svg => graph::svg(graph),
    });
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

/// What was found. An instance without a profile was found as well, but has no association.
fn of_live(live: &Live) -> Graph {
    let there = || {
        live.resources
            .iter()
            .filter(|(_, one)| !one.attributes.is_empty())
    };
    let nodes = there().map(|(address, _)| Node {
        address: address.clone(),
        action: None,
    });
    let edges = there().flat_map(|(address, observed)| {
        let references = observed.references.iter();
        references.map(|reference| (address.clone(), reference.target.clone()))
    });
    Graph::new(nodes, edges)
}
