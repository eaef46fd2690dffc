//! `sessions list-revocations`.

use jiff::Timestamp;

use crate::cli::session::Session;
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::{render, revocation};

pub(super) async fn run(session: &Session, ui: &Ui) -> Result<Exit, Failure> {
    let found = revocation::in_force(session.reads())
        .await
        .map_err(Failure::fault("list revocations"))?;
    if ui.json {
        Ui::print_json(&serde_json::json!({ "revocations": found }));
    } else {
        Ui::result(&render::revocations(&found, Timestamp::now()));
    }
    Ok(Exit::Done)
}
