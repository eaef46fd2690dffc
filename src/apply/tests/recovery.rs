//! How a step gets over errors: retries, lost answers, lookups, waits, and what the journal says about it.

use super::cloud::{World, fails, ok};
use super::fixture::{address, associations, fault, found, gone, running, step, text};
use crate::apply::{CallResult, Effect, Entry, Journal, JournalError, Moment, Outcome};
use crate::cloud::{Class, WhenNone};
use crate::plan::Step;

fn outcome_of(ran: &super::cloud::Ran, id: usize) -> &Outcome {
    &ran.report.outcomes[&id]
}

#[tokio::test(start_paused = true)]
async fn a_new_profile_is_waited_for_until_ec2_sees_it() {
    let steps = [
        step(0, "InstanceProfile/p")
            .iam("CreateInstanceProfile")
            .makes("InstanceProfile/p")
            .build(),
        step(1, "InstanceAssociation/web[i-0abc]")
            .ec2("AssociateIamInstanceProfile")
            .subject("InstanceProfile/p")
            .needs(&[0])
            .build(),
    ];
    let mut answers = vec![fails(Class::NotYet); 5];
    answers.push(ok());
    let ran = World::new()
        .answers("AssociateIamInstanceProfile", answers)
        .run(&steps)
        .await;
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.1 0 done in 100ms
    0.1 1 started
    0.2 1 again after 1 in 200ms, waiting for EC2 to see instance profile p, 0ns
    0.5 1 again after 2 in 400ms, waiting for EC2 to see instance profile p, 300ms
    1.0 1 again after 3 in 800ms, waiting for EC2 to see instance profile p, 800ms
    1.9 1 again after 4 in 1.6s, waiting for EC2 to see instance profile p, 1.7s
    3.6 1 again after 5 in 3.2s, waiting for EC2 to see instance profile p, 3.4s
    6.9 1 done in 6.8s
    ");
    assert_eq!((ran.report.retries, ran.report.throttles), (5, 0));
}

#[tokio::test(start_paused = true)]
async fn a_typo_fails_after_one_call() {
    let associate = step(0, "InstanceAssociation/web[i-0abc]")
        .ec2("AssociateIamInstanceProfile")
        .subject("InstanceProfile/typo")
        .build();
    let ran = World::new()
        .answers("AssociateIamInstanceProfile", vec![fails(Class::NotYet)])
        .run(&[associate])
        .await;
    assert_eq!(ran.calls, ["AssociateIamInstanceProfile"]);
    assert!(!ran.report.is_complete());
}

#[tokio::test(start_paused = true)]
async fn what_an_interrupted_run_made_is_waited_for_too() {
    let associate = step(0, "InstanceAssociation/web[i-0abc]")
        .ec2("AssociateIamInstanceProfile")
        .subject("InstanceProfile/p")
        .build();
    let ran = World::new()
        .recent("InstanceProfile/p")
        .answers(
            "AssociateIamInstanceProfile",
            vec![fails(Class::NotYet), ok()],
        )
        .run(&[associate])
        .await;
    assert_eq!(outcome_of(&ran, 0), &Outcome::Done { attempts: 2 });
}

#[tokio::test(start_paused = true)]
async fn what_never_becomes_visible_fails_after_the_propagation_budget() {
    let steps = [
        step(0, "Role/r").iam("CreateRole").makes("Role/r").build(),
        step(1, "Role/r").needs(&[0]).build(),
    ];
    let ran = World::new()
        .answers("PutRolePolicy", vec![fails(Class::Missing)])
        .run(&steps)
        .await;
    let Outcome::Failed {
        fault,
        attempts,
        effect: Effect::None,
    } = outcome_of(&ran, 1)
    else {
        panic!("{:?}", ran.report);
    };
    assert_eq!(fault.code, "NoSuchEntity");
    insta::assert_snapshot!(fault.hint.as_deref().unwrap(), @"waited 120 s for IAM to see role r: run the same command again, or give it longer with --propagation-timeout");
    assert!(
        (120..130).contains(&ran.elapsed.as_secs()),
        "{:?}",
        ran.elapsed
    );
    assert!(*attempts < 25, "{attempts} attempts");
}

#[tokio::test(start_paused = true)]
async fn throttles_are_waited_out_and_counted() {
    let throttled = vec![fails(Class::Throttled), fails(Class::Throttled), ok()];
    let ran = World::new()
        .answers("PutRolePolicy", throttled)
        .run(&[step(0, "Role/r").build()])
        .await;
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.1 0 again after 1 in 100ms, waiting for IAM to accept more calls, 0ns
    0.3 0 again after 2 in 100ms, waiting for IAM to accept more calls, 200ms
    0.5 0 done in 500ms
    ");
    assert_eq!((ran.report.retries, ran.report.throttles), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_not_sent_again_when_its_goal_is_met() {
    let create = step(0, "Role/r")
        .iam("CreateRole")
        .goal(found("role r", "GetRole"))
        .build();
    let ran = World::new()
        .answers("CreateRole", vec![fails(Class::Transient)])
        .run(&[create])
        .await;
    assert_eq!(ran.calls, ["CreateRole", "GetRole"]);
    assert_eq!(outcome_of(&ran, 0), &Outcome::Done { attempts: 1 });
}

#[tokio::test(start_paused = true)]
async fn a_lost_create_that_is_not_visible_yet_ends_well_all_the_same() {
    let create = step(0, "Role/r")
        .iam("CreateRole")
        .goal(found("role r", "GetRole"))
        .build();
    let ran = World::new()
        .answers(
            "CreateRole",
            vec![fails(Class::Transient), fails(Class::Exists)],
        )
        .answers(
            "GetRole",
            vec![fails(Class::Missing), fails(Class::Missing), ok()],
        )
        .run(&[create])
        .await;
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.2 0 again after 1 in 200ms, waiting for IAM to answer, 100ms
    0.6 0 again after 2 in 200ms, waiting for IAM to see role r, 500ms
    1.0 0 done in 1s
    ");
    let calls = ran.calls.join(" ");
    assert_eq!(
        calls,
        "CreateRole GetRole CreateRole GetRole CreateRole GetRole"
    );
}

#[tokio::test(start_paused = true)]
async fn a_goal_that_cannot_be_asked_is_taken_as_not_met() {
    let create = step(0, "Role/r")
        .iam("CreateRole")
        .goal(found("role r", "GetRole"))
        .build();
    let ran = World::new()
        .answers("CreateRole", vec![fails(Class::Exists)])
        .answers("GetRole", vec![fails(Class::Denied)])
        .run(&[create])
        .await;
    let Outcome::Failed { fault, .. } = outcome_of(&ran, 0) else {
        panic!("{:?}", ran.report);
    };
    assert_eq!(fault.code, "EntityAlreadyExists");
}

fn disassociate() -> Step {
    step(0, "InstanceAssociation/web[i-0abc]")
        .ec2("DisassociateIamInstanceProfile")
        .association(WhenNone::Done)
        .build()
}

fn replace() -> Step {
    step(0, "InstanceAssociation/web[i-0abc]")
        .ec2("ReplaceIamInstanceProfileAssociation")
        .association(WhenNone::Fail)
        .build()
}

#[tokio::test(start_paused = true)]
async fn a_lookup_that_finds_nothing_left_to_do_sends_nothing() {
    let listing = Ok(associations(&[("old", "disassociating")]));
    let ran = World::new()
        .answers("DescribeIamInstanceProfileAssociations", vec![listing])
        .run(&[disassociate()])
        .await;
    assert_eq!(ran.calls, ["DescribeIamInstanceProfileAssociations"]);
    assert_eq!(outcome_of(&ran, 0), &Outcome::Done { attempts: 0 });
    assert_eq!(ran.journal.entries(), []);
}

#[tokio::test(start_paused = true)]
async fn a_lookup_without_which_nothing_can_be_done_fails_with_words() {
    let ran = World::new()
        .answers(
            "DescribeIamInstanceProfileAssociations",
            vec![Ok(associations(&[]))],
        )
        .run(&[replace()])
        .await;
    let Outcome::Failed {
        fault,
        attempts,
        effect: Effect::None,
    } = outcome_of(&ran, 0)
    else {
        panic!("{:?}", ran.report);
    };
    insta::assert_snapshot!(fault, @"ec2:DescribeIamInstanceProfileAssociations: NothingFound: AWS lists no association that this step could work on");
    assert_eq!(*attempts, 0);
}

#[tokio::test(start_paused = true)]
async fn a_lookup_that_may_not_be_asked_fails_with_awss_words() {
    let ran = World::new()
        .answers(
            "DescribeIamInstanceProfileAssociations",
            vec![fails(Class::Denied)],
        )
        .run(&[replace()])
        .await;
    let Outcome::Failed { fault, .. } = outcome_of(&ran, 0) else {
        panic!("{:?}", ran.report);
    };
    assert_eq!(fault.code, "AccessDenied");
    assert_eq!(ran.calls.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_superseded_id_is_looked_up_again_before_the_call_is_sent_again() {
    let ran = World::new()
        .answers(
            "DescribeIamInstanceProfileAssociations",
            vec![
                Ok(associations(&[("old", "associated")])),
                Ok(associations(&[
                    ("old", "disassociating"),
                    ("new", "associated"),
                ])),
            ],
        )
        .answers(
            "ReplaceIamInstanceProfileAssociation",
            vec![fails(Class::Missing), ok()],
        )
        .run(&[replace()])
        .await;
    insta::assert_snapshot!(ran.calls.join("\n"), @r"
    DescribeIamInstanceProfileAssociations
    ReplaceIamInstanceProfileAssociation old
    DescribeIamInstanceProfileAssociations
    ReplaceIamInstanceProfileAssociation new
    ");
    assert!(ran.report.is_complete());
}

#[tokio::test(start_paused = true)]
async fn ids_are_looked_up_again_after_a_wait_for_readiness() {
    let replace = Step {
        ready: vec![running()],
        ..replace()
    };
    let ran = World::new()
        .answers(
            "DescribeInstances",
            vec![Ok(text("state", "pending")), Ok(text("state", "running"))],
        )
        .answers(
            "DescribeIamInstanceProfileAssociations",
            vec![
                Ok(associations(&[("old", "associated")])),
                Ok(associations(&[("new", "associated")])),
            ],
        )
        .run(&[replace])
        .await;
    assert_eq!(
        ran.calls.last().unwrap(),
        "ReplaceIamInstanceProfileAssociation new"
    );
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.2 0 waiting for i-0abc to be running, 0ns
    0.7 0 done in 700ms
    ");
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_will_never_run_ends_the_wait_at_once() {
    let associate = step(0, "InstanceAssociation/web[i-0abc]")
        .ec2("AssociateIamInstanceProfile")
        .ready(running())
        .build();
    let ran = World::new()
        .answers(
            "DescribeInstances",
            vec![
                Ok(text("state", "pending")),
                Ok(text("state", "terminated")),
            ],
        )
        .run(&[associate])
        .await;
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.1 0 waiting for i-0abc to be running, 0ns
    0.4 0 failed: ec2:DescribeInstances: WaitIsHopeless: i-0abc to be running can no longer be expected
    ");
    assert_eq!(ran.calls, ["DescribeInstances", "DescribeInstances"]);
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_stopped_in_between_is_waited_for_again() {
    let associate = step(0, "InstanceAssociation/web[i-0abc]")
        .ec2("AssociateIamInstanceProfile")
        .ready(running())
        .build();
    let states = ["running", "stopping", "stopping", "running"];
    let ran = World::new()
        .answers(
            "DescribeInstances",
            states.map(|state| Ok(text("state", state))).into(),
        )
        .answers(
            "AssociateIamInstanceProfile",
            vec![fails(Class::State), ok()],
        )
        .run(&[associate])
        .await;
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.4 0 waiting for i-0abc to be running, 0ns
    0.8 0 done in 800ms
    ");
    assert_eq!(outcome_of(&ran, 0), &Outcome::Done { attempts: 2 });
}

#[tokio::test(start_paused = true)]
async fn dependants_wait_until_a_step_has_settled() {
    let steps = [
        step(0, "Role/r")
            .iam("DeleteRole")
            .settled(gone("role r to be gone", "GetRole"))
            .build(),
        step(1, "Role/r").iam("CreateRole").needs(&[0]).build(),
    ];
    let ran = World::new()
        .answers("GetRole", vec![ok(), ok(), fails(Class::Missing)])
        .run(&steps)
        .await;
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.2 0 waiting for role r to be gone, 0ns
    0.5 0 waiting for role r to be gone, 300ms
    1.0 0 done in 1s
    1.0 1 started
    1.1 1 done in 100ms
    ");
}

#[tokio::test(start_paused = true)]
async fn what_never_settles_fails_and_says_what_did_not_become_true() {
    let delete = step(0, "Role/r")
        .iam("DeleteRole")
        .settled(gone("role r to be gone", "GetRole"))
        .build();
    let ran = World::new().run(&[delete]).await;
    let Outcome::Failed {
        fault,
        attempts,
        effect: Effect::Accepted,
    } = outcome_of(&ran, 0)
    else {
        panic!("{:?}", ran.report);
    };
    insta::assert_snapshot!(fault, @"iam:GetRole: WaitTimedOut: waited 300 s in vain for role r to be gone");
    assert_eq!(*attempts, 1);
    assert!(ran.report.may_have_changed() && ran.report.is_only_late());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_may_have_changed_something_and_a_refusal_has_not() {
    let answered = async |class| {
        let world = World::new().answers("PutRolePolicy", vec![fails(class)]);
        world.run(&[step(0, "Role/r").build()]).await.report
    };
    let lost = answered(Class::Transient).await;
    assert!(lost.may_have_changed() && !lost.is_only_late());
    let refused = answered(Class::Denied).await;
    assert!(!refused.may_have_changed() && !refused.is_only_late());
}

#[tokio::test(start_paused = true)]
async fn the_journal_holds_every_call_before_and_after_it_was_sent() {
    let ran = World::new()
        .answers(
            "PutRolePolicy",
            vec![fails(Class::Throttled), fails(Class::Denied)],
        )
        .run(&[step(0, "Role/r").build()])
        .await;
    let lines: Vec<String> = ran.journal.entries().iter().map(described).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    1970-01-01T00:00:00Z 0 write Role/r iam:PutRolePolicy Role/r Sending 1 -
    1970-01-01T00:00:00.1Z 0 write Role/r iam:PutRolePolicy Role/r Answered 1 req-fault Throttling: Rate exceeded
    1970-01-01T00:00:00.2Z 0 write Role/r iam:PutRolePolicy Role/r Sending 2 -
    1970-01-01T00:00:00.3Z 0 write Role/r iam:PutRolePolicy Role/r Answered 2 req-fault AccessDenied: not authorized to perform: iam:PutRolePolicy
    ");
}

fn described(entry: &Entry) -> String {
    let Entry {
        time,
        step,
        title,
        action,
        address,
        event,
        attempt,
        request_id,
        result,
    } = entry;
    let result = match result {
        None => String::new(),
        Some(CallResult::Ok) => " ok".to_owned(),
        Some(CallResult::Error { code, message }) => format!(" {code}: {message}"),
    };
    let request = request_id.as_deref().unwrap_or("-");
    format!("{time} {step} {title} {action} {address} {event:?} {attempt} {request}{result}")
}

/// A journal whose disk is full after some entries.
struct Full(std::sync::atomic::AtomicU32);

impl Journal for Full {
    fn record(&self, _: &Entry) -> Result<(), JournalError> {
        let order = std::sync::atomic::Ordering::Relaxed;
        let left = self
            .0
            .fetch_update(order, order, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| JournalError::Write {
            path: "journal.jsonl".into(),
            source: std::io::ErrorKind::StorageFull.into(),
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_be_written_down_is_not_sent() {
    let steps = [step(0, "Role/r").build()];
    let ran = World::new().run_with(&steps, &Full(0.into())).await;
    assert_eq!(ran.calls, [""; 0]);
    insta::assert_snapshot!(ran.transcript(), @r"
    0.0 0 started
    0.0 0 failed: iam:PutRolePolicy: JournalNotWritten: cannot write to the journal journal.jsonl: no storage space
    ");

    let ran = World::new().run_with(&steps, &Full(1.into())).await;
    assert_eq!(ran.calls, ["PutRolePolicy"]);
    let Outcome::Failed {
        fault,
        attempts: 1,
        effect: Effect::Accepted,
    } = outcome_of(&ran, 0)
    else {
        panic!("{:?}", ran.report);
    };
    assert_eq!(fault.code, "JournalNotWritten");
}

#[tokio::test(start_paused = true)]
async fn awss_own_words_and_request_id_reach_the_report() {
    let ran = World::new()
        .answers("PutRolePolicy", vec![fails(Class::Invalid)])
        .run(&[step(0, "Role/r").build()])
        .await;
    let failed = Outcome::Failed {
        fault: fault(Class::Invalid),
        attempts: 1,
        effect: Effect::None,
    };
    assert_eq!(outcome_of(&ran, 0), &failed);
    let [sending, answered] = &ran.journal.entries()[..] else {
        panic!("{:?}", ran.journal);
    };
    assert_eq!(sending.event, Moment::Sending);
    assert_eq!(sending.address, address("Role/r"));
    assert_eq!(answered.request_id.as_deref(), Some("req-fault"));
}
