//! The command line: what was typed, what it means, and the wiring. Imported by nobody.

mod abandoned;
mod apply;
mod apply_saved;
mod assume;
mod aws_checks;
mod completions;
mod converge;
mod credentials;
mod destroy;
mod drift;
mod ending;
mod event_file;
mod exit;
mod export;
mod failure;
mod graph;
mod init;
mod interrupt;
mod judging;
mod local_sandbox;
mod offline;
mod options;
mod outputs;
mod permissions;
mod plan;
mod plan_file;
mod private_file;
mod project;
mod receipt;
mod rehearse;
mod release;
mod sandbox;
mod sandbox_credentials;
mod schema;
mod session;
mod sessions;
mod settings;
mod show;
mod snapshot;
mod suggest;
mod ui;
mod validate;
mod whoami;

use std::ffi::OsString;

use clap::Parser;

use failure::Failure;
use options::{Command, Options, Output};
use ui::Ui;

pub use exit::Exit;

/// Parses the command line, runs the command and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let options = match Options::try_parse_from(arguments) {
        Ok(options) => options,
        Err(error) => return told_by_clap(&error),
    };
    let ui = settings::ui(&options.common);
    match dispatch(options, &ui) {
        Ok(exit) => exit,
        Err(failure) => failure.tell(&ui),
    }
}

/// Help and version are results, everything else is a mistake on the command line.
fn told_by_clap(error: &clap::Error) -> Exit {
    // A closed pipe is the only way this can fail, and then nobody is left to tell.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Usage
    } else {
        Exit::Done
    }
}

fn dispatch(options: Options, ui: &Ui) -> Result<Exit, Failure> {
    let Options {
        command,
        mut common,
    } = options;
    let has_sandbox =
        common.sandbox.is_some() || matches!(command, Command::Sandbox(_) | Command::Rehearse(_));
    if common.weather.is_some() && !has_sandbox {
        let message = "--weather is the sandbox's: pass --sandbox as well";
        return Err(Failure::Usage(message.to_owned()));
    }
    if common.output == Output::Sarif && !matches!(command, Command::Validate(_)) {
        let message = "--output sarif is for `validate`";
        return Err(Failure::Usage(message.to_owned()));
    }
    common.assume.check()?;
    if !matches!(command, Command::Credentials(_)) {
        common.assume.is_used()?;
    }
    if command.asks_aws() {
        common.assume.ask()?;
    }
    match command {
        Command::Init(args) => init::run(&args, ui),
        Command::Validate(args) if args.aws_checks => {
            session::block_on(validate::with_aws(args, common, ui))
        }
        Command::Validate(args) => validate::run(&args, &common, ui),
        Command::Permissions(args) => permissions::run(&args, &common, ui),
        Command::Graph(args) => graph::run(&args, &common, ui),
        Command::Show(args) => show::run(&args, ui),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => Ok(completions::run(&args)),
        Command::Plan(args) => session::block_on(plan::run(args, common, ui)),
        Command::Apply(args) => session::block_on(apply::run(args, common, ui)),
        Command::Drift(args) => session::block_on(drift::run(args, common, ui)),
        Command::Release(args) => session::block_on(release::run(args, common, ui)),
        Command::Rehearse(args) => session::block_on(rehearse::run(args, common, ui)),
        Command::Snapshot(args) => session::block_on(snapshot::run(args, common, ui)),
        Command::Destroy(args) => session::block_on(destroy::run(args, common, ui)),
        Command::Export(args) => session::block_on(export::run(args, common, ui)),
        Command::Suggest(args) => session::block_on(suggest::run(args, common, ui)),
        Command::Credentials(args) => session::block_on(credentials::run(args, common, ui)),
        Command::Sessions(args) => session::block_on(sessions::run(args, common, ui)),
        Command::Whoami => session::block_on(whoami::run(common, ui)),
        Command::Sandbox(args) => session::block_on(sandbox::run(args, common, ui)),
    }
}
