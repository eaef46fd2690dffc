//! Rehearses a plan and prints how it went: what `rehearse` and `apply --rehearse` share.

use super::options::{Applying, USUAL_WEATHER};
use super::session::{Interrupts, sandbox};
use super::terminal::{Exit, Failure, Ui, rehearsal};
use crate::apply::Options;
use crate::run::Planned;
use crate::run::rehearsal::{Rehearsal, rehearse};
use crate::sandbox::Weather;

/// The rehearsal before an apply. When it did not go well, nothing was changed, however the apply would have ended.
pub(crate) async fn before(
    planned: &Planned,
    weather: &str,
    applying: &Applying,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let options = applying.options();
    let rehearsed = rehearsed(planned, weather, &options, interrupts, ui).await?;
    if rehearsal::exit(&rehearsed) == Exit::Done {
        return Ok(Exit::Done);
    }
    // When it went well, the report of the real run follows; two documents would be none.
    if ui.json {
        Ui::print_json(&rehearsal::json(&rehearsed, weather, &planned.plan));
    }
    Ok(Exit::Error)
}

/// Rehearses, and prints it for people.
pub(crate) async fn rehearsed(
    planned: &Planned,
    weather: &str,
    options: &Options,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Rehearsal, Failure> {
    let conditions = self::weather(Some(weather))?;
    rehearsal::announce(weather, &planned.plan, ui);
    let running = async { Ok(rehearse(planned, conditions, options).await?) };
    let rehearsed = interrupts.unless_pressed(running).await?;
    rehearsal::print(&rehearsed, &planned.plan, ui);
    Ok(rehearsed)
}

/// The weather of a name or a file, so that a wrong one is reported before anything else happens.
pub(crate) fn weather(name: Option<&str>) -> Result<Weather, Failure> {
    sandbox::weather(Some(name.unwrap_or(USUAL_WEATHER)))
}
