//! `release`: lets go of resources. Our tags come off, everything else stays as it is.

use std::collections::BTreeSet;

use clap::Args;

use super::apply;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupts;
use super::options::{Applying, Common, address};
use super::plan::Planned;
use super::session::{self, Session};
use super::ui::Ui;
use crate::diagnostic::{Problems, Sources};
use crate::kinds::SurveyScope;
use crate::model::{Address, Desired, Stack};
use crate::plan::{self, GuardOverrides, PlanOptions};

/// Takes the stack's tags off resources, and leaves these as they are.
#[derive(Debug, Args)]
#[command(
    mut_arg("rehearse", |rehearse| rehearse.hide(true)),
    after_help = "Take their documents out of the manifests as well: what is declared and belongs to no stack is an error.\n\
    Exit codes: as for apply."
)]
pub(super) struct ReleaseArgs {
    /// What to let go of: `Role/web`
    #[arg(required = true, value_name = "KIND/NAME")]
    resources: Vec<String>,
    /// The stack that owns them
    #[arg(long, value_name = "NAME")]
    stack: String,
    #[command(flatten)]
    applying: Applying,
}

pub(super) async fn run(args: ReleaseArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let released: BTreeSet<Address> = args
        .resources
        .iter()
        .map(|text| address("release", text))
        .collect::<Result<_, _>>()?;
    if args.applying.rehearse.is_some() {
        let message = "there is nothing to rehearse: only tags come off";
        return Err(Failure::Usage(message.to_owned()));
    }
    let stack = Stack {
        name: args.stack.clone(),
        account_id: None,
        region: None,
        prune: false,
        place: None,
    };
    let interrupts = Interrupts::listen();
    let releasing = async |session: &Session| {
        let looking = look(session, stack.clone(), &released);
        let planned = interrupts.unless_pressed(looking).await?;
        apply::planned_run(session, &planned, &args.applying, None, &interrupts, ui).await
    };
    session::work(&common, Some(&stack), &interrupts, ui, releasing).await
}

async fn look(
    session: &Session,
    stack: Stack,
    released: &BTreeSet<Address>,
) -> Result<Planned, Failure> {
    let desired = Desired {
        stack,
        resources: std::collections::BTreeMap::new(),
    };
    let live = session.survey(&desired, SurveyScope::Owned).await?;
    let plan = plan::release(&desired, &live, released)
        .map_err(|problems| Failure::Problems(problems, Sources::none()))?;
    Ok(Planned {
        sources: Sources::none(),
        declared: desired.clone(),
        desired,
        live,
        plan,
        wishes: PlanOptions {
            release: released.clone(),
            ..PlanOptions::default()
        },
        allowances: GuardOverrides::default(),
        warnings: Problems::none(),
        findings: Vec::new(),
        refusals: Vec::new(),
    })
}
