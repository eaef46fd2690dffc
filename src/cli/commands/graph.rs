//! `graph`: what refers to what, drawn from the manifests, from live AWS, or from a plan.

use clap::{Args, ValueEnum};

use super::validate;
use crate::cli::files::{plan_file, project};
use crate::cli::options::{Common, Manifests, OR_PLAN};
use crate::cli::session::{self, Interrupts, Session};
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::kinds::SurveyScope;
use crate::model::{Desired, Live};
use crate::render::graph::{self, Graph, Node};
use crate::run::{self, PlanRequest, Project};

/// Draws what refers to what: of the manifests, of what they are about in AWS, or of a plan.
#[derive(Debug, Args)]
#[command(mut_arg("paths", |paths| paths.help(OR_PLAN)))]
pub(crate) struct GraphArgs {
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
    pub(crate) fn asks_aws(&self) -> bool {
        self.subject != Of::Manifests
    }
}

pub(crate) fn run(args: &GraphArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let graph = if let Some(path) = plan_file::of(&args.manifests)? {
        Graph::of_plan(&plan_file::read(path)?.plan)
    } else if args.asks_aws() {
        return session::block_on(with_aws(args, common, ui));
    } else {
        let mut project = project::load(&args.manifests)?;
        let setting = validate::setting(&mut project, common)?;
        of_manifests(&project.desired(&setting)?.desired)
    };
    show(&graph, args.format, ui);
    Ok(Exit::Done)
}

async fn with_aws(args: &GraphArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let mut project = project::load(&args.manifests)?;
    project.sound()?;
    let interrupts = Interrupts::listen();
    let drawing = async |session: &Session, project: &mut Project| {
        drawn(args.subject, session, project).await
    };
    let graph = session::look_at(&mut project, common, &interrupts, ui, drawing).await?;
    show(&graph, args.format, ui);
    Ok(Exit::Done)
}

async fn drawn(of: Of, session: &Session, project: &mut Project) -> Result<Graph, Failure> {
    if of == Of::Plan {
        let planned = run::plan(session.view(), project, &PlanRequest::default()).await?;
        return Ok(Graph::of_plan(&planned.plan));
    }
    let view = session.view();
    let desired = project.desired(view.scope)?.desired;
    let live = view.survey(&desired, SurveyScope::Owned).await?;
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
