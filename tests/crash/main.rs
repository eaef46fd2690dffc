//! The real binary, stopped at every single API call: killed, cut off, told to stop once and twice. Run again it
//! converges, nothing is doubled, nothing foreign is touched, the journal tells what happened, and a report that was
//! given is true.
//!
//! By default a sample of the cases runs. `ROLEWRIGHT_CRASH=all` runs all of them, `ROLEWRIGHT_CRASH=replace-move/kill`
//! those whose names begin so. What one error means is tested beside `apply`; what weather does, in `tests/weather`.

mod campaign;
mod case;
mod foreign;
mod gate;
mod journal;
mod laws;
mod portrait;
mod process;
mod rehearsal;
mod report;
mod stories;
#[expect(
    dead_code,
    unused_imports,
    reason = "it is shared with `tests/cli`, which needs more of it"
)]
#[path = "../cli/support/mod.rs"]
mod support;
mod wire;

use campaign::Campaign;
use case::{Blow, Moment};
use rehearsal::Sky;

/// The moments of a call.
const ALWAYS: &[Moment] = &[Moment::Before, Moment::Between, Moment::After];

#[test]
fn killed_at_any_call_it_converges_when_run_again() {
    Campaign::of(Sky::Calm, &[(Blow::Kill, ALWAYS)]).run();
}

#[test]
fn cut_off_from_any_answer_it_finishes_and_repeats_nothing() {
    let moments = &[Moment::Before, Moment::Between];
    Campaign::of(Sky::Calm, &[(Blow::Cut, moments)]).run();
}

#[test]
fn interrupted_at_any_call_it_finishes_what_is_in_flight_and_tells_the_truth() {
    let terminated = (Blow::Terminate, &[Moment::Between][..]);
    Campaign::of(Sky::Calm, &[(Blow::Interrupt, ALWAYS), terminated]).run();
}

#[test]
fn interrupted_twice_at_any_call_it_stops_at_once_and_tells_the_truth() {
    let cancelled = (Blow::Cancel, &[Moment::Between][..]);
    Campaign::of(Sky::Calm, &[(Blow::Twice, ALWAYS), cancelled]).run();
}

#[test]
fn stopped_while_aws_lags_it_converges_when_run_again() {
    let moments = &[Moment::Between, Moment::After];
    Campaign::of(
        Sky::Lagging,
        &[
            (Blow::Kill, moments),
            (Blow::Interrupt, &[Moment::After]),
            (Blow::Cut, &[Moment::Between]),
        ],
    )
    .run();
}
