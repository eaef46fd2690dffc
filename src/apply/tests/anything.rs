//! Any graph of steps, any weather, any moment to stop: what must hold all the same.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::cloud::{Ran, Scripted, World, fails, ok};
use super::fixture::{found, step};
use crate::apply::{Moment, Outcome};
use crate::cloud::Class;
use crate::plan::{Step, StepId};

const CLASSES: [Class; 10] = [
    Class::Missing,
    Class::Exists,
    Class::Children,
    Class::Busy,
    Class::NotYet,
    Class::State,
    Class::Throttled,
    Class::Transient,
    Class::Unreachable,
    Class::Denied,
];

#[derive(Debug, Clone)]
struct Case {
    steps: Vec<Step>,
    weather: Vec<Scripted>,
    parallelism: usize,
    stop_at: Option<u64>,
}

impl Case {
    fn run(&self) -> Ran {
        let mut world = World::new()
            .parallelism(self.parallelism)
            .answers("PutRolePolicy", self.weather.clone())
            .answers("GetRole", vec![fails(Class::Missing), ok(), ok()]);
        if let Some(moment) = self.stop_at {
            world = world.stop_at(Duration::from_millis(moment));
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime.unwrap().block_on(world.run(&self.steps))
    }
}

prop_compose! {
    fn a_step(id: StepId)(
        needs in btree_set(0..id.max(1), 0..3),
        lane in 0..4_u8,
        waits in any::<[bool; 3]>(),
        makes in any::<bool>(),
    ) -> Step {
        let at = format!("Role/r{lane}");
        let needs: Vec<StepId> = needs.into_iter().filter(|need| *need < id).collect();
        let shown = || found("IAM to show it", "GetRole");
        let mut step = step(id, &at).lane(&at).needs(&needs);
        if makes {
            step = step.makes(&at);
        }
        let [ready, goal, settled] = waits;
        step = if ready { step.ready(shown()) } else { step };
        step = if goal { step.goal(shown()) } else { step };
        if settled { step.settled(shown()) } else { step }.build()
    }
}

fn a_case() -> impl Strategy<Value = Case> {
    let steps = (1..12_usize).prop_flat_map(|count| (0..count).map(a_step).collect::<Vec<_>>());
    let answer = prop_oneof![
        2 => Just(ok()),
        1 => prop::sample::select(&CLASSES[..]).prop_map(fails),
    ];
    // The last answer stays: it must be a good one, or nothing would ever end well.
    let weather = vec(answer, 0..30).prop_map(|mut answers| {
        answers.push(ok());
        answers
    });
    let stop = prop::option::of(0..20_000_u64);
    (steps, weather, 1..5_usize, stop).prop_map(|(steps, weather, parallelism, stop_at)| Case {
        steps,
        weather,
        parallelism,
        stop_at,
    })
}

/// The moments in which steps started and ended, as positions in the stream of events.
fn moments(ran: &Ran, words: &[&str]) -> BTreeMap<StepId, Vec<usize>> {
    let mut found: BTreeMap<StepId, Vec<usize>> = BTreeMap::new();
    for (position, event) in ran.events.iter().enumerate() {
        let mut said = event.split(' ').skip(1);
        let Some(Ok(id)) = said.next().map(str::parse) else {
            continue;
        };
        let word = said.next().unwrap_or_default().trim_end_matches(':');
        if words.contains(&word) {
            found.entry(id).or_default().push(position);
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_step_ends_once_and_after_what_it_needs(case in a_case()) {
        let ran = case.run();
        let starts = moments(&ran, &["started"]);
        let ends = moments(&ran, &["done", "failed", "skipped"]);
        let done = moments(&ran, &["done"]);
        for step in &case.steps {
            prop_assert_eq!(ends.get(&step.id).map(Vec::len), Some(1), "step {} of\n{}", step.id, ran.transcript());
            prop_assert!(ran.report.outcomes.contains_key(&step.id));
            for need in starts.get(&step.id).iter().flat_map(|_| &step.needs) {
                prop_assert!(done[need][0] < starts[&step.id][0], "{}", ran.transcript());
            }
        }
        prop_assert!(ran.most_in_flight <= case.parallelism);
    }

    #[test]
    fn a_step_is_tried_exactly_when_all_it_needs_is_done(case in a_case()) {
        let ran = Case { stop_at: None, ..case.clone() }.run();
        let is_done = |id: &StepId| matches!(ran.report.outcomes[id], Outcome::Done { .. });
        for step in &case.steps {
            let tried = !matches!(ran.report.outcomes[&step.id], Outcome::Skipped(_));
            prop_assert_eq!(tried, step.needs.iter().all(is_done), "{}", ran.transcript());
        }
        prop_assert!(!ran.report.interrupted);
    }

    #[test]
    fn the_journal_pairs_every_call_with_its_answer_and_nothing_follows_a_stop(case in a_case()) {
        let ran = case.run();
        let mut open = BTreeMap::new();
        let start = jiff::Timestamp::UNIX_EPOCH;
        let stop = case.stop_at.map(|moment| start + Duration::from_millis(moment));
        for entry in ran.journal.entries() {
            match entry.event {
                Moment::Sending => {
                    prop_assert!(stop.is_none_or(|stop| entry.time <= stop), "{:?}", entry);
                    prop_assert_eq!(open.insert(entry.step, entry.attempt), None);
                }
                Moment::Answered => prop_assert_eq!(open.remove(&entry.step), Some(entry.attempt)),
            }
        }
        prop_assert_eq!(open, BTreeMap::new());
        let sent = ran.calls.iter().filter(|call| *call == "PutRolePolicy").count();
        prop_assert_eq!(ran.journal.entries().len(), 2 * sent);
    }

    #[test]
    fn equal_plans_in_equal_weather_run_equally(case in a_case()) {
        let (first, second) = (case.run(), case.run());
        prop_assert_eq!(first.transcript(), second.transcript());
        prop_assert_eq!(first.report, second.report);
    }
}
