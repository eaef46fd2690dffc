//! Token buckets of many shapes that all calls share, and how well a run lives with them: how long it takes
//! beside the least time that the bucket allows, and how many of its calls are throttled.

use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

use jiff::SignedDuration;
use rolewright::apply::{Event, Limit, Options};
use rolewright::aws::transport::{HttpRequest, HttpResponse};
use rolewright::cloud::{Class, Clock};
use rolewright::sandbox::{Weather, World};

use crate::run::{Goal, Run, Story};

const LATENCY: Duration = Duration::from_millis(30);

/// One bucket of tokens for the calls to a service, or to one action of it.
pub(crate) struct Narrow {
    pub(crate) latency: Duration,
    service: &'static str,
    /// Of this action only; of all when there is none.
    action: Option<&'static str>,
    capacity: f64,
    refill: f64,
    neighbour: Option<Neighbour>,
    bucket: Mutex<Bucket>,
}

/// Somebody else who takes tokens of the same bucket.
#[derive(Clone, Copy)]
struct Neighbour {
    from: f64,
    to: f64,
    per_second: f64,
}

struct Bucket {
    tokens: f64,
    filled_at: f64,
    neighbour_at: f64,
}

impl Narrow {
    fn iam(capacity: f64, refill: f64) -> Self {
        Self {
            latency: LATENCY,
            service: "iam",
            action: None,
            capacity,
            refill,
            neighbour: None,
            bucket: Mutex::new(Bucket {
                tokens: capacity,
                filled_at: 0.0,
                neighbour_at: 0.0,
            }),
        }
    }

    fn associations() -> Self {
        Self {
            service: "ec2",
            action: Some("AssociateIamInstanceProfile"),
            ..Self::iam(100.0, 5.0)
        }
    }

    fn shared_with(self, neighbour: Neighbour) -> Self {
        let neighbour = Some(neighbour);
        Self { neighbour, ..self }
    }

    /// AWS's answer, when there is no token for the request.
    pub(crate) fn refusal(&self, request: &HttpRequest, now: Duration) -> Option<HttpResponse> {
        let scope = format!("/{}/aws4_request", self.service);
        let mut headers = request.headers.iter();
        let ours = headers.any(|(name, value)| name == "authorization" && value.contains(&scope));
        let body = String::from_utf8_lossy(&request.body);
        let meant = |action: &str| {
            body.split('&')
                .any(|pair| pair == format!("Action={action}"))
        };
        let counts = ours && self.action.is_none_or(meant);
        (counts && !self.admits(now.as_secs_f64())).then(|| self.throttled())
    }

    fn admits(&self, now: f64) -> bool {
        let mut bucket = self.bucket.lock().expect("nobody panics");
        if let Some(Neighbour {
            from,
            to,
            per_second,
        }) = self.neighbour
        {
            bucket.neighbour_at = bucket.neighbour_at.max(from);
            while bucket.neighbour_at <= now.min(to) {
                let at = bucket.neighbour_at;
                bucket.take(at, self.capacity, self.refill);
                bucket.neighbour_at += 1.0 / per_second;
            }
        }
        bucket.take(now, self.capacity, self.refill)
    }

    fn throttled(&self) -> HttpResponse {
        let (status, body) = if self.service == "iam" {
            (
                400,
                "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>r</RequestId></ErrorResponse>",
            )
        } else {
            (
                503,
                "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>r</RequestID></Response>",
            )
        };
        HttpResponse {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        }
    }
}

impl Bucket {
    fn take(&mut self, now: f64, capacity: f64, refill: f64) -> bool {
        let passed = (now - self.filled_at).max(0.0);
        self.tokens = (self.tokens + passed * refill).min(capacity);
        self.filled_at = self.filled_at.max(now);
        // Sums of tenths are not whole.
        let admits = self.tokens >= 1.0 - 1e-9;
        self.tokens -= if admits { 1.0 } else { 0.0 };
        admits
    }
}

/// Roles with an inline policy and a profile each.
pub(crate) fn bundles(count: usize) -> String {
    let mut text =
        "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: fleet }\nspec: {}\n"
            .to_owned();
    for number in 0..count {
        let _ = write!(
            text,
            r#"---
apiVersion: rolewright.dev/v1
kind: Role
metadata: {{ name: app-{number:03} }}
spec:
  trustPolicy: {{ services: [ec2.amazonaws.com] }}
  instanceProfile: true
  inlinePolicies:
    Data:
      Version: "2012-10-17"
      Statement: [{{ Effect: Allow, Action: "s3:GetObject", Resource: "*" }}]
"#
        );
    }
    text
}

fn thirty_milliseconds() -> Weather {
    Weather {
        latency: SignedDuration::from_millis(30).into(),
        ..Weather::calm()
    }
}

/// What a run cost.
struct Cost {
    run: Run,
    seconds: f64,
}

impl Cost {
    /// How much longer it took than a client that knows the bucket would need.
    fn ratio(&self, capacity: f64, refill: f64) -> f64 {
        self.seconds / ((self.accepted() - capacity) / refill)
    }

    fn accepted(&self) -> f64 {
        let accepted = self.run.traffic.calls - self.run.traffic.throttles;
        f64::from(u32::try_from(accepted).expect("they are few"))
    }

    /// In percent of all calls.
    fn throttled(&self) -> f64 {
        let throttles = u32::try_from(self.run.traffic.throttles).expect("they are few");
        let calls = u32::try_from(self.run.traffic.calls).expect("they are few");
        100.0 * f64::from(throttles) / f64::from(calls)
    }
}

async fn cost_of(count: usize, narrow: Narrow, options: Options) -> Cost {
    let story = Story::narrowed(thirty_milliseconds(), narrow);
    let goal = Goal::made(&bundles(count));
    let began = story.air.elapsed();
    let run = story.apply(&goal, options).await;
    let run = run.expect("it can be planned");
    let seconds = run.steps_ended.saturating_sub(began).as_secs_f64();
    assert!(run.report.is_complete(), "{:?}", run.report);
    assert_eq!(run.plan.steps.len(), count * 4);
    Cost { run, seconds }
}

/// Tells what a run cost, and holds it to its bounds.
fn hold(cost: &Cost, (capacity, refill): (f64, f64), ratio: f64, throttled: f64) {
    let told = format!(
        "{:.1} s, {:.3} x of the bound of {capacity}/{refill}; {} of {} calls throttled, {:.2} %",
        cost.seconds,
        cost.ratio(capacity, refill),
        cost.run.traffic.throttles,
        cost.run.traffic.calls,
        cost.throttled(),
    );
    assert!(cost.ratio(capacity, refill) <= ratio, "{told}");
    assert!(cost.throttled() <= throttled, "{told}");
}

#[tokio::test(start_paused = true)]
async fn two_hundred_bundles_at_twenty_calls_a_second() {
    let cost = cost_of(200, Narrow::iam(20.0, 20.0), Options::default()).await;
    hold(&cost, (20.0, 20.0), 1.15, 2.0);
}

#[tokio::test(start_paused = true)]
async fn the_same_with_as_many_steps_at_once_as_there_may_be() {
    let options = Options {
        parallelism: 64,
        ..Options::default()
    };
    let cost = cost_of(200, Narrow::iam(20.0, 20.0), options).await;
    hold(&cost, (20.0, 20.0), 1.15, 2.0);
}

#[tokio::test(start_paused = true)]
async fn five_calls_a_second() {
    let cost = cost_of(200, Narrow::iam(20.0, 5.0), Options::default()).await;
    hold(&cost, (20.0, 5.0), 1.15, 2.0);
}

#[tokio::test(start_paused = true)]
async fn ten_calls_a_second_and_fifty_at_once() {
    let cost = cost_of(200, Narrow::iam(50.0, 10.0), Options::default()).await;
    hold(&cost, (50.0, 10.0), 1.15, 2.0);
}

#[tokio::test(start_paused = true)]
async fn fifty_calls_a_second_and_a_hundred_at_once() {
    let cost = cost_of(200, Narrow::iam(100.0, 50.0), Options::default()).await;
    hold(&cost, (100.0, 50.0), 1.25, 2.0);
}

/// No step fails because others are served first, although every step's own budget is two minutes.
#[tokio::test(start_paused = true)]
async fn one_call_a_second_takes_long_and_succeeds() {
    let cost = cost_of(100, Narrow::iam(20.0, 1.0), Options::default()).await;
    assert!(cost.seconds > 480.0, "{} s", cost.seconds);
    hold(&cost, (20.0, 1.0), 1.15, 4.0);
}

/// For a minute a neighbour takes half of what there is. Who shares cannot know what is left; what the bound counts
/// as the neighbour's is what it asked for.
#[tokio::test(start_paused = true)]
async fn a_neighbour_takes_half_for_a_minute() {
    let neighbour = Neighbour {
        from: 15.0,
        to: 75.0,
        per_second: 10.0,
    };
    let narrow = Narrow::iam(20.0, 20.0).shared_with(neighbour);
    let cost = cost_of(400, narrow, Options::default()).await;
    let taken = cost.accepted() + 600.0 - 20.0;
    let ratio = cost.seconds / (taken / 20.0);
    let throttled = cost.throttled();
    let told = format!(
        "{:.1} s, {ratio:.3} x, {throttled:.2} % throttled",
        cost.seconds
    );
    assert!(ratio <= 1.15, "{told}");
    assert!(throttled <= 3.0, "{told}");
}

#[tokio::test(start_paused = true)]
async fn without_throttles_nobody_is_slowed() {
    let wide = Narrow::iam(1e9, 1e9);
    let cost = cost_of(100, wide, Options::default()).await;
    assert_eq!(cost.run.traffic.throttles, 0);
    // 400 writes of 30 ms, eight at a time, after a survey of a few calls.
    let apply = cost.run.report.elapsed.as_secs_f64();
    assert!(apply <= 1.05 * 400.0 * 0.030 / 8.0, "{apply} s");
    assert_eq!(cost.run.traffic.paces, []);
}

/// A throttled call had no effect: nothing is asked before it is sent again, and throttling is the only reason.
#[tokio::test(start_paused = true)]
async fn throttled_writes_are_sent_again_without_a_doubt() {
    let cost = cost_of(50, Narrow::iam(5.0, 5.0), Options::default()).await;
    let again = cost.run.events.iter().filter_map(|event| match event {
        Event::Retrying { class, limit, .. } => Some((*class, *limit)),
        _ => None,
    });
    let again: Vec<_> = again.collect();
    let budget = Limit::Time(Duration::from_mins(2));
    assert!(!again.is_empty());
    assert!(
        again.iter().all(|why| *why == (Class::Throttled, budget)),
        "{again:?}"
    );
    let wide = cost_of(50, Narrow::iam(1e9, 1e9), Options::default()).await;
    assert!(cost.run.traffic.throttles >= again.len());
    assert_eq!(
        cost.run.traffic.calls - cost.run.traffic.throttles,
        wide.run.traffic.calls
    );
}

/// As many instances as EC2's bucket for associations holds, three times over.
fn fleet(world: &mut World) {
    let region = world.regions.get_mut("us-east-1").expect("it is there");
    let one = region
        .instances
        .values()
        .find(|one| one.id == "i-1234567890abcdef0");
    let one = one.expect("it is there").clone();
    for number in 0..300 {
        let mut another = one.clone();
        another.id = format!("i-0{number:016x}");
        region.instances.insert(another.id.clone(), another);
    }
}

#[tokio::test(start_paused = true)]
async fn three_hundred_associations_in_the_bucket_that_ec2_publishes() {
    let story = Story::narrowed(thirty_milliseconds(), Narrow::associations());
    story.sandbox.edit(fleet).expect("it lives in memory");
    let ids: Vec<String> = (0..300).map(|number| format!("i-0{number:016x}")).collect();
    let manifest = bundles(1)
        + "---\napiVersion: rolewright.dev/v1\nkind: InstanceAssociation\nmetadata: { name: fleet }\nspec:\n  instanceProfile: app-000\n"
        + &format!("  instances: {{ ids: [{}] }}\n", ids.join(", "));
    let run = story
        .apply(&Goal::made(&manifest), Options::default())
        .await;
    let run = run.expect("it can be planned");
    assert!(run.report.is_complete(), "{:?}", run.report);
    let bound = (300.0 - 100.0) / 5.0;
    let (took, traffic) = (run.report.elapsed.as_secs_f64(), &run.traffic);
    let told = format!(
        "{took:.1} s for {bound} s, {} of {} throttled",
        traffic.throttles, traffic.calls
    );
    assert!(took <= 1.3 * bound, "{told}");
    assert!(traffic.throttles * 33 <= traffic.calls, "{told}");
}
