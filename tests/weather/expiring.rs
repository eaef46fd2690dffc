//! Credentials that expire while a run is under way: renewed ones go on, others end it cleanly, and the next run with
//! new ones does the rest.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_credential_types::Credentials;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use rolewright::apply::{Options, Outcome};
use rolewright::aws::credentials::{CredentialSource, CredentialsError};
use rolewright::cloud::Class;
use rolewright::sandbox::Weather;

use crate::run::{Goal, Story};
use crate::throttling::bundles;

const BUNDLES: usize = 100;

/// What becomes of credentials that AWS has called expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// There are new ones.
    Renewed,
    /// There are none: they came from the environment.
    Final,
}

/// Credentials that stay what they are when they have expired.
pub(crate) struct NotRenewed(pub(crate) Arc<dyn CredentialSource>);

impl CredentialSource for NotRenewed {
    fn current(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        self.0.current()
    }

    fn refresh<'a>(
        &'a self,
        _: &'a Credentials,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        self.0.current()
    }
}

fn story(expiry: Expiry) -> Story {
    let weather = Weather {
        latency: SignedDuration::from_millis(80).into(),
        credential_lifetime: Some(SignedDuration::from_secs(3)),
        ..Weather::calm()
    };
    Story::lending(weather, expiry)
}

#[tokio::test(start_paused = true)]
async fn credentials_for_three_seconds_survive_an_apply_of_a_hundred_bundles() {
    let story = story(Expiry::Renewed);
    let goal = Goal::made(&bundles(BUNDLES));
    let run = story.apply(&goal, Options::default()).await;
    let run = run.expect("it can be planned");
    assert!(run.report.is_complete(), "{:?}", run.report);
    assert_eq!(run.plan.steps.len(), BUNDLES * 4);
    // It took longer than one set of credentials lasts, or nothing was shown.
    assert!(run.report.elapsed.as_secs() > 3, "{:?}", run.report.elapsed);
    assert_eq!(story.open_changes(&goal).await, Ok(Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn credentials_that_cannot_be_renewed_end_the_run_and_another_goes_on() {
    let story = story(Expiry::Final);
    let goal = Goal::made(&bundles(BUNDLES));
    let mut done = 0;
    let mut endings = BTreeSet::new();
    for _ in 0..20 {
        let run = story.apply(&goal, Options::default()).await;
        let run = run.expect("it can be planned");
        let count = |wanted: fn(&Outcome) -> bool| {
            run.report
                .outcomes
                .values()
                .filter(|one| wanted(one))
                .count()
        };
        done += count(|outcome| matches!(outcome, Outcome::Done { .. }));
        if run.report.is_complete() {
            endings.insert("complete");
            break;
        }
        let expired = |outcome: &Outcome| matches!(outcome, Outcome::Failed { fault, .. } if fault.class == Class::Expired);
        // Those that were under way fail, and nothing else is begun.
        let failed = count(expired);
        let most = Options::default().parallelism;
        assert!(
            (1..=most).contains(&failed),
            "{failed} of {most}: {:?}",
            run.report
        );
        let other = |outcome: &Outcome| matches!(outcome, Outcome::Failed { fault, .. } if fault.class != Class::Expired);
        assert_eq!(count(other), 0, "{:?}", run.report);
        assert!(run.report.may_have_changed());
        endings.insert("expired");
    }
    assert_eq!(endings, BTreeSet::from(["complete", "expired"]));
    assert_eq!(done, BUNDLES * 4, "nothing is done twice");
    assert_eq!(story.open_changes(&goal).await, Ok(Vec::new()));
}
