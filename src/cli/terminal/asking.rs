//! Asks before anything is changed.

use super::failure::Failure;
use super::ui::Ui;

/// Asks, and goes on only with a `yes`.
pub(crate) async fn confirm(question: &str) -> Result<(), Failure> {
    if !Ui::can_ask() {
        let message = "there is no terminal to ask on; pass `--yes` to apply without asking";
        return Err(Failure::Usage(message.to_owned()));
    }
    if Ui::confirm(question).await {
        return Ok(());
    }
    Err(Failure::other("not confirmed: nothing was changed", None))
}
