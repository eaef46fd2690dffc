//! One statement of a policy that others write as well: merged into what is there by then, looked at afterwards, and
//! merged again where somebody wrote over it.

use insta::assert_snapshot;

use super::cloud::{Scripted, World, fails, ok};
use super::fixture::{fault, step};
use crate::apply::Outcome;
use crate::cloud::{Class, Merge, Node, Parameter, ReadCall, Service, WriteCall, alone};
use crate::plan::Step;

const OURS: &str = r#"{"Sid":"Deny","Effect":"Deny"}"#;
const THEIRS: &str = r#"{"Sid":"Theirs","Effect":"Allow"}"#;

fn writes(statement: Option<&str>) -> Step {
    let later = Parameter::Later("policy".to_owned());
    let call = WriteCall::new(Service::S3, "PutBucketPolicy").with("Policy", later);
    let mut step = Step {
        call,
        ..step(0, "BucketDeny/Deny").build()
    };
    step.merge = Some(Merge {
        name: "policy".to_owned(),
        read: ReadCall::new(Service::S3, "GetBucketPolicy"),
        path: vec!["Policy".to_owned()],
        sid: "Deny".to_owned(),
        statement: statement.map(str::to_owned),
        emptied: Some(WriteCall::new(Service::S3, "DeleteBucketPolicy")),
        locks_out: false,
    });
    step
}

/// What a read finds: a policy of these statements.
#[expect(clippy::unnecessary_wraps, reason = "stands in one list with `none`")]
fn has(statements: &[&str]) -> Scripted {
    let policy = Node::Text(alone(&statements.join(",")));
    Ok(Node::Map([("Policy".to_owned(), policy)].into()))
}

fn none() -> Scripted {
    fails(Class::Missing)
}

async fn story(step: Step, reads: Vec<Scripted>) -> String {
    let ran = World::new()
        .answers("GetBucketPolicy", reads)
        .run(&[step])
        .await;
    format!("{}\n{}", ran.calls.join(", "), ran.transcript())
}

#[tokio::test(start_paused = true)]
async fn a_statement_is_put_into_what_is_there_and_looked_at() {
    let reads = vec![has(&[THEIRS]), has(&[THEIRS, OURS])];
    assert_snapshot!(story(writes(Some(OURS)), reads).await, @"
    GetBucketPolicy, PutBucketPolicy, GetBucketPolicy
    0.0 0 started
    0.3 0 done in 300ms
    ");
}

#[tokio::test(start_paused = true)]
async fn a_read_that_lags_is_waited_for() {
    let reads = vec![none(), none(), none(), has(&[OURS])];
    assert_snapshot!(story(writes(Some(OURS)), reads).await, @"
    GetBucketPolicy, PutBucketPolicy, GetBucketPolicy, GetBucketPolicy, GetBucketPolicy
    0.0 0 started
    0.3 0 waiting for statement Deny to stay in the policy, 0ns
    0.6 0 waiting for statement Deny to stay in the policy, 300ms
    1.1 0 done in 1.1s
    ");
}

#[tokio::test(start_paused = true)]
async fn what_is_written_over_is_merged_again_from_a_fresh_read() {
    let fresh = [THEIRS, r#"{"Sid":"New","Effect":"Allow"}"#];
    let reads = vec![
        has(&[THEIRS]),
        has(&fresh),
        has(&fresh),
        has(&[fresh[0], fresh[1], OURS]),
    ];
    assert_snapshot!(story(writes(Some(OURS)), reads).await, @"
    GetBucketPolicy, PutBucketPolicy, GetBucketPolicy, GetBucketPolicy, PutBucketPolicy, GetBucketPolicy
    0.0 0 started
    0.3 0 again after 1 in 200ms, waiting for statement Deny to stay in the policy, 0ns
    0.8 0 done in 800ms
    ");
}

#[tokio::test(start_paused = true)]
async fn whoever_writes_over_it_again_and_again_wins() {
    let mut reads = Vec::new();
    for number in 0..6 {
        let other = format!(r#"{{"Sid":"N{number}"}}"#);
        reads.extend([has(&[&other]), has(&[&other, THEIRS])]);
    }
    assert_snapshot!(story(writes(Some(OURS)), reads).await, @"
    GetBucketPolicy, PutBucketPolicy, GetBucketPolicy, GetBucketPolicy, PutBucketPolicy, GetBucketPolicy, GetBucketPolicy, PutBucketPolicy, GetBucketPolicy, GetBucketPolicy, PutBucketPolicy, GetBucketPolicy, GetBucketPolicy, PutBucketPolicy, GetBucketPolicy
    0.0 0 started
    0.3 0 again after 1 in 200ms, waiting for statement Deny to stay in the policy, 0ns
    0.8 0 again after 2 in 400ms, waiting for statement Deny to stay in the policy, 500ms
    1.5 0 again after 3 in 800ms, waiting for statement Deny to stay in the policy, 1.2s
    2.6 0 again after 4 in 1.6s, waiting for statement Deny to stay in the policy, 2.3s
    4.5 0 failed: s3:GetBucketPolicy: Overwritten: somebody wrote over statement Deny 5 times
    ");
}

#[tokio::test(start_paused = true)]
async fn what_is_there_already_is_not_written() {
    assert_snapshot!(story(writes(Some(OURS)), vec![has(&[OURS, THEIRS])]).await, @"
    GetBucketPolicy
    0.0 0 started
    0.1 0 done in 100ms
    ");
    assert_snapshot!(story(writes(None), vec![has(&[THEIRS])]).await, @"
    GetBucketPolicy
    0.0 0 started
    0.1 0 done in 100ms
    ");
    assert_snapshot!(story(writes(None), vec![none()]).await, @"
    GetBucketPolicy
    0.0 0 started
    0.1 0 done in 100ms
    ");
}

#[tokio::test(start_paused = true)]
async fn the_last_statement_takes_the_policy_with_it() {
    assert_snapshot!(story(writes(None), vec![has(&[THEIRS, OURS]), has(&[THEIRS])]).await, @"
    GetBucketPolicy, PutBucketPolicy, GetBucketPolicy
    0.0 0 started
    0.3 0 done in 300ms
    ");
    assert_snapshot!(story(writes(None), vec![has(&[OURS]), none()]).await, @"
    GetBucketPolicy, DeleteBucketPolicy, GetBucketPolicy
    0.0 0 started
    0.3 0 done in 300ms
    ");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_out_by_the_next_read() {
    let ran = World::new()
        .answers("GetBucketPolicy", vec![none(), has(&[OURS])])
        .answers("PutBucketPolicy", vec![fails(Class::Transient), ok()])
        .run(&[writes(Some(OURS))])
        .await;
    assert_eq!(
        ran.calls,
        ["GetBucketPolicy", "PutBucketPolicy", "GetBucketPolicy"]
    );
    assert!(matches!(ran.report.outcomes[&0], Outcome::Done { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_conflicting_write_is_waited_out_with_a_fresh_read_each_time() {
    let ran = World::new()
        .answers(
            "GetBucketPolicy",
            vec![none(), has(&[THEIRS]), has(&[THEIRS, OURS])],
        )
        .answers("PutBucketPolicy", vec![fails(Class::Busy), ok()])
        .run(&[writes(Some(OURS))])
        .await;
    assert_eq!(
        ran.calls,
        [
            "GetBucketPolicy",
            "PutBucketPolicy",
            "GetBucketPolicy",
            "PutBucketPolicy",
            "GetBucketPolicy"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_not_written() {
    let page = Ok(Node::Map(
        [("Policy".to_owned(), Node::Text("<html/>".to_owned()))].into(),
    ));
    assert_snapshot!(story(writes(Some(OURS)), vec![page]).await, @"
    GetBucketPolicy
    0.0 0 started
    0.1 0 failed: s3:GetBucketPolicy: UnreadablePolicy: the policy cannot be read: expected value at line 1 column 1
    ");
    let denied = Err(Box::new(fault(Class::Denied)));
    assert_snapshot!(story(writes(Some(OURS)), vec![denied]).await, @"
    GetBucketPolicy
    0.0 0 started
    0.1 0 failed: iam:PutRolePolicy: AccessDenied: not authorized to perform: iam:PutRolePolicy
    ");
}

#[tokio::test(start_paused = true)]
async fn who_locks_himself_out_knowingly_does_not_look_again() {
    let mut step = writes(Some(OURS));
    let reads = || vec![none(), fails(Class::Denied)];
    assert!(story(step.clone(), reads()).await.contains("failed"));
    step.merge.as_mut().unwrap().locks_out = true;
    assert!(story(step, reads()).await.contains("done"));
}
