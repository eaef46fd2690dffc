//! The command line: what was typed, what it means, and the wiring. Imported by nobody.

mod command;
mod commands;
mod execute;
mod files;
mod options;
mod rehearse;
mod session;
mod settings;
mod terminal;

use std::ffi::OsString;

use clap::Parser;

use command::{Command, Options};
use commands::{
    apply, completions, credentials, destroy, drift, export, graph, init, permissions, plan,
    rehearse as rehearse_command, release, sandbox, schema, sessions, show, snapshot, suggest,
    validate, whoami,
};
use terminal::style::Output;
use terminal::{Failure, Ui};

pub use terminal::Exit;

/// Parses the command line, runs the command and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let options = match Options::try_parse_from(arguments) {
        Ok(options) => options,
        Err(error) => return printed_by_clap(&error),
    };
    let ui = settings::ui(&options.common);
    match dispatch(options, &ui) {
        Ok(exit) => ui.ending(exit),
        Err(failure) => failure.print(&ui),
    }
}

/// Help and version are results, everything else is a mistake on the command line.
fn printed_by_clap(error: &clap::Error) -> Exit {
    let printed = error.print();
    match printed {
        _ if error.use_stderr() => Exit::Usage,
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::Unwritten,
        _ => Exit::Done,
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
        session::assume::ask(&mut common.assume)?;
    }
    match command {
        Command::Init(args) => init::run(&args, ui),
        Command::Validate(args) if args.aws_checks => {
            session::block_on(validate::with_aws(args, common, ui))
        }
        Command::Validate(args) => validate::run(&args, &common, ui),
        Command::Permissions(args) => session::block_on(permissions::run(args, common, ui)),
        Command::Graph(args) => graph::run(&args, &common, ui),
        Command::Show(args) => show::run(&args, ui),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => Ok(completions::run(&args)),
        Command::Plan(args) => session::block_on(plan::run(args, common, ui)),
        Command::Apply(args) => session::block_on(apply::run(args, common, ui)),
        Command::Drift(args) => session::block_on(drift::run(args, common, ui)),
        Command::Release(args) => session::block_on(release::run(args, common, ui)),
        Command::Rehearse(args) => session::block_on(rehearse_command::run(args, common, ui)),
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
