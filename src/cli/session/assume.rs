//! Assumes roles before anything else, one with the session of the other. What may be asked for is checked in `options`.

use std::sync::Arc;

use crate::aws::Connection;
use crate::aws::clock::SystemClock;
use crate::aws::credentials::{AssumeRole, CredentialSource, TokenRequest, issued_source};
use crate::cli::options::{Assume, is_code};
use crate::cli::terminal::{Failure, Ui};

/// Asks for the code of the MFA device if there is one. Before anything listens for Ctrl-C, which then ends the
/// process as always, and the shell restores the terminal.
pub(crate) fn ask(assume: &mut Assume) -> Result<(), Failure> {
    if let (Some(serial), None) = (&assume.mfa_serial, &assume.mfa_code) {
        assume.mfa_code = Some(read_code(serial)?);
    }
    Ok(())
}

/// Reads a code from the terminal, without showing it.
fn read_code(serial: &str) -> Result<String, Failure> {
    let terminal = console::Term::stderr();
    if !Ui::can_ask() {
        let message = "there is no terminal to ask for the MFA code on; pass it with --mfa-code";
        return Err(Failure::Usage(message.to_owned()));
    }
    let read = terminal
        .write_str(&format!("MFA code of {serial}: "))
        .and_then(|()| terminal.read_secure_line());
    let code =
        read.map_err(|error| Failure::other(format!("cannot read the code: {error}"), None))?;
    let code = code.trim().to_owned();
    if is_code(&code) {
        Ok(code)
    } else {
        Err(Failure::Usage("an MFA code has 6 digits".to_owned()))
    }
}

/// The source of the last role's sessions, on top of the one that we have.
pub(crate) fn source(
    requests: Vec<AssumeRole>,
    source: Arc<dyn CredentialSource>,
    connection: &Connection,
) -> Arc<dyn CredentialSource> {
    requests.into_iter().fold(source, |source, request| {
        let client = connection.client(source);
        let clock = Arc::new(SystemClock::start());
        Arc::new(issued_source(
            client,
            TokenRequest::Role(Box::new(request)),
            clock,
        ))
    })
}
