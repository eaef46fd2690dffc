//! `release`: lets go of resources. Our tags come off, everything else stays as it is.

use std::collections::BTreeSet;

use clap::Args;

use crate::aws::clock::SystemClock;
use crate::cli::execute::Execution;
use crate::cli::options::{Applying, Common, address};
use crate::cli::session::{self, Interrupts};
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::model::{Address, Stack};
use crate::run;

/// Takes the stack's tags off resources, and leaves these as they are.
#[derive(Debug, Args)]
#[command(
    mut_arg("rehearse", |rehearse| rehearse.hide(true)),
    after_help = "Take their documents out of the manifests as well: what is declared and belongs to no stack is an error.\n\
    Exit codes: as for apply."
)]
pub(crate) struct ReleaseArgs {
    /// What to let go of: `Role/web`
    #[arg(required = true, value_name = "KIND/NAME")]
    resources: Vec<String>,
    /// The stack that owns them
    #[arg(long, value_name = "NAME")]
    stack: String,
    #[command(flatten)]
    applying: Applying,
}

pub(crate) async fn run(args: ReleaseArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
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
    let clock = SystemClock::start();
    session::work(&common, Some(&stack), &interrupts, ui, async |session| {
        let releasing = run::release(session.view(), stack.clone(), &released);
        let releasing = async { Ok(releasing.await?) };
        let planned = interrupts.unless_pressed(releasing).await?;
        let execution = Execution {
            session,
            applying: &args.applying,
            receipt: None,
            interrupts: &interrupts,
            clock: &clock,
            ui,
        };
        execution.show_and_run(&planned).await
    })
    .await
}
