//! Which cases run, side by side, and how failures are told. What a case is stands in `case`.

use std::any::Any;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::case::{Blow, Case, Moment};
use crate::rehearsal::{Rehearsal, Sky};
use crate::stories::STORIES;

/// Names the variable that chooses the cases.
const CHOICE: &str = "ROLEWRIGHT_CRASH";
/// Another number gives another sample.
const SEED: u64 = 7;

/// Blows at every call of every story.
pub(crate) struct Campaign<'a> {
    sky: Sky,
    blows: &'a [(Blow, &'a [Moment])],
}

/// Which cases are wanted.
enum ExportFilter {
    Sample,
    All,
    Named(String),
}

impl ExportFilter {
    fn made() -> Self {
        match env::var(CHOICE) {
            Err(_) => Self::Sample,
            Ok(all) if all == "all" => Self::All,
            Ok(name) => Self::Named(name),
        }
    }

    fn wants(&self, case: &Case<'_>) -> bool {
        match self {
            Self::Sample => is_drawn(case),
            Self::All => true,
            Self::Named(beginning) => case.to_string().starts_with(beginning),
        }
    }
}

/// Changes are where it hurts: more of them are drawn than of reads.
fn is_drawn(case: &Case<'_>) -> bool {
    let changes = case.rehearsal.calls[case.call - 1].changes;
    let one_in = match (case.rehearsal.sky, changes) {
        (Sky::Calm, true) => 3,
        (Sky::Calm, false) => 15,
        (Sky::Lagging, true) => 5,
        (Sky::Lagging, false) => 40,
    };
    // FNV-1a: equal names give equal samples, on every machine.
    let hash = case.to_string().bytes().fold(SEED, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash >> 20) % one_in == 0
}

impl<'a> Campaign<'a> {
    /// Under a sky, these blows at these moments.
    pub(crate) fn of(sky: Sky, blows: &'a [(Blow, &'a [Moment])]) -> Self {
        Self { sky, blows }
    }

    /// Plays every case that is wanted, and fails with a list of those that did not hold.
    pub(crate) fn run(&self) {
        let choice = ExportFilter::made();
        let workers = self.workers();
        let rehearsals = each(STORIES, workers, |story| Rehearsal::of(story, self.sky));
        let cases = rehearsals
            .iter()
            .flat_map(|rehearsal| self.cases(rehearsal));
        let cases: Vec<Case<'_>> = cases.filter(|case| choice.wants(case)).collect();
        let failures: Vec<String> = each(&cases, workers, failure)
            .into_iter()
            .flatten()
            .collect();
        let (bad, all) = (failures.len(), cases.len());
        assert!(
            bad == 0,
            "{bad} of {all} cases:\n\n{}",
            failures.join("\n\n")
        );
        let empty = all == 0 && !matches!(choice, ExportFilter::Named(_));
        assert!(!empty, "no case was played");
    }

    /// Most of a case is waiting: for the binary, or for AWS.
    fn workers(&self) -> usize {
        let each = match self.sky {
            Sky::Calm => 4,
            Sky::Lagging => 10,
        };
        each * thread::available_parallelism().map_or(1, usize::from)
    }

    fn cases<'r>(&'r self, rehearsal: &'r Rehearsal) -> impl Iterator<Item = Case<'r>> {
        let blows = self.blows.iter();
        let moments = blows.flat_map(|(blow, moments)| moments.iter().map(move |it| (*blow, *it)));
        let calls = 1..=rehearsal.calls.len();
        moments.flat_map(move |(blow, moment)| {
            calls.clone().map(move |call| Case {
                rehearsal,
                blow,
                moment,
                call,
            })
        })
    }
}

/// What did not hold in a case, and how to see it again.
fn failure(case: &Case<'_>) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(|| case.play())).err()?;
    let message = words(panic.as_ref());
    Some(format!(
        "{CHOICE}={case} cargo test --test crash\n{message}"
    ))
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let plain = || panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(plain).unwrap_or_else(|| "no words".to_owned())
}

/// Does something with each, several at a time.
fn each<'i, I: Sync, O: Send>(
    items: &'i [I],
    workers: usize,
    work: impl Fn(&'i I) -> O + Sync,
) -> Vec<O> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = work(item);
            done.lock().expect("nobody panics with it").push(outcome);
        }
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    done.into_inner().expect("nobody panics with it")
}
