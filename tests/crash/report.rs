//! Whether the report of an interrupted run is honest: what it says was done is done, what it says was not sent was not
//! sent, and it ends with what to do next.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::gate::Call;
use crate::journal::{self, is_about};
use crate::laws::Stopped;
use crate::process::End;

/// What is said of a run that had changed nothing yet.
const NOTHING: &str = "interrupted: nothing was changed";

/// Looks at a report, as text or as data.
pub(crate) fn check(end: &End, json: bool, stopped: &Stopped) {
    let nothing = end.stderr.contains(NOTHING) || end.stdout.contains(NOTHING);
    if nothing {
        let change = stopped.changes().next();
        assert!(change.is_none(), "something was changed: {change:?}");
        assert!(stopped.entries.is_empty(), "{:?}", stopped.entries);
    }
    match (json, nothing) {
        (true, false) => data(end, stopped),
        (true, true) => assert!(serde_json::from_str::<Value>(&end.stdout).is_ok(), "{end}"),
        (false, false) => text(end, stopped),
        (false, true) => assert_eq!(end.stdout, "", "{end}"),
    }
}

/// The counts are those of the journal, and the last line says what to do.
fn text(end: &End, stopped: &Stopped) {
    let End { stdout, .. } = end;
    assert!(stdout.contains("stopped by request"), "{stdout}");
    let last = stdout.lines().last().unwrap_or_default();
    assert!(last.starts_with("next: "), "{stdout}");
    let unknown = stdout.matches("the call may have taken effect").count();
    let open = open(stopped);
    assert!(unknown >= open, "{open} without an answer\n{stdout}");
}

/// Calls that were sent and not answered.
fn open(stopped: &Stopped) -> usize {
    let sent = |entry: &&journal::Entry| entry.is_sending();
    let sent = stopped.entries.iter().filter(sent).count();
    2 * sent - stopped.entries.len()
}

/// What a report says of the calls of one action on one resource.
#[derive(Debug, Default)]
struct Claims {
    /// So many took effect.
    certain: usize,
    /// So many may have.
    possible: usize,
    /// So many were sent.
    sent: u64,
}

/// Every step's outcome against the calls that came and the journal's lines.
fn data(end: &End, stopped: &Stopped) {
    let report: Value = serde_json::from_str(&end.stdout).expect("it is one document");
    assert_eq!(report["interrupted"], true, "{report}");
    let sendings = journal::sendings(&stopped.entries);
    let mut claims: BTreeMap<(&str, &str), Claims> = BTreeMap::new();
    for step in report["steps"].as_array().expect("it lists its steps") {
        let [action, address] = ["action", "address"].map(|key| step[key].as_str().expect("text"));
        let claim = claims.entry((action, address)).or_default();
        let sent = claim_of(&step["outcome"], claim);
        let number = step["step"]
            .as_u64()
            .and_then(|it| usize::try_from(it).ok());
        let known = sendings.get(&number.expect("a number")).copied();
        assert_eq!(sent, u64::from(known.unwrap_or(0)), "sent so often: {step}");
        claim.sent += sent;
    }
    for (key, claim) in &claims {
        hold(*key, claim, stopped);
    }
    for call in stopped.changes() {
        let told = claims
            .keys()
            .any(|(action, address)| is_planned_as(action, address, call));
        assert!(told, "not in the report: {call:?}");
    }
}

/// Adds what one step's outcome claims; gives how often it says that its call was sent.
fn claim_of(outcome: &Value, claim: &mut Claims) -> u64 {
    if let Some(done) = outcome.get("done") {
        let attempts = done["attempts"].as_u64().expect("a number");
        claim.certain += usize::from(attempts > 0);
        return attempts;
    }
    if let Some(failed) = outcome.get("failed") {
        match failed["effect"].as_str() {
            Some("accepted") => claim.certain += 1,
            Some("unknown") => claim.possible += 1,
            Some("none") => {}
            other => panic!("no such effect: {other:?}"),
        }
        return failed["attempts"].as_u64().expect("a number");
    }
    assert!(outcome.get("skipped").is_some(), "{outcome}");
    0
}

/// Whether a call is the one that a step of the plan stands for. Whether a statement is the last of its policy is known only
/// when the step runs: then the policy is deleted.
fn is_planned_as(action: &str, address: &str, call: &Call) -> bool {
    let deleted =
        action == "s3:PutBucketPolicy" && is_about("s3:DeleteBucketPolicy", address, call);
    deleted || is_about(action, address, call)
}

fn hold((action, address): (&str, &str), claim: &Claims, stopped: &Stopped) {
    let about = |call: &&Call| is_planned_as(action, address, call);
    let came: Vec<&Call> = stopped.changes().filter(about).collect();
    let accepted = came.iter().filter(|call| call.accepted).count();
    let Claims {
        certain,
        possible,
        sent,
    } = claim;
    let true_enough = (*certain..=certain + possible).contains(&accepted);
    assert!(true_enough, "{action} {address}: {claim:?}, {came:?}");
    assert!(
        came.len() as u64 <= *sent,
        "{action} {address}: {claim:?}, {came:?}"
    );
}
