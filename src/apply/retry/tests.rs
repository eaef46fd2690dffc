//! The table of errors that AWS gives while it catches up with itself, row by row: what happened before,
//! which error came, what follows.

use std::time::Duration;

use super::*;
use crate::apply::ledger::Ledger;
use crate::apply::tests::fixture::{address, fault, found, running, step};
use crate::cloud::WhenNone;

const BUDGET: Duration = Duration::from_mins(2);

/// One row: a step, what the run did before it, and the error.
struct Row {
    step: Step,
    ledger: Ledger,
    class: Class,
    sent: bool,
    repeats: u32,
    ambiguous: bool,
    elapsed: Duration,
    goal: Known,
    ready: Known,
}

fn row(step: Step, class: Class) -> Row {
    let known = |there: bool| if there { Known::Unasked } else { Known::Absent };
    Row {
        goal: known(step.goal.is_some()),
        ready: known(!step.ready.is_empty()),
        step,
        ledger: Ledger::default(),
        class,
        sent: true,
        repeats: 1,
        ambiguous: false,
        elapsed: Duration::from_secs(1),
    }
}

impl Row {
    fn after(mut self, earlier: &Step) -> Self {
        self.ledger.record(earlier);
        self
    }

    fn repeats(self, repeats: u32) -> Self {
        Self { repeats, ..self }
    }

    fn elapsed(self, seconds: u64) -> Self {
        let elapsed = Duration::from_secs(seconds);
        Self { elapsed, ..self }
    }

    fn ambiguous(self) -> Self {
        Self {
            ambiguous: true,
            ..self
        }
    }

    fn goal(self, goal: Known) -> Self {
        Self { goal, ..self }
    }

    fn ready(self, ready: Known) -> Self {
        Self { ready, ..self }
    }

    /// The decision in one line.
    fn described(&self) -> String {
        let history = self.ledger.history(&self.step);
        let decision = decide(&Situation {
            step: &self.step,
            fault: &fault(self.class),
            sent: self.sent,
            repeats: self.repeats,
            ambiguous: self.ambiguous,
            elapsed: self.elapsed,
            budget: BUDGET,
            history: &history,
            goal: self.goal,
            ready: self.ready,
        });
        match decision {
            Decision::Retry {
                backoff, reason, ..
            } if backoff == Backoff::QUICK => {
                format!("retry: {reason}")
            }
            Decision::Retry { reason, .. } => format!("retry slowly: {reason}"),
            Decision::Fail { hint: None } => "fail".to_owned(),
            Decision::Fail { hint: Some(hint) } => format!("fail: {hint}"),
            other => format!("{other:?}"),
        }
    }
}

const TYPO: &str = "fail: nothing that this call names was made or changed in this run, so waiting would not help: check the names";
const MISSING: &str = "fail: this run does not make it: check the name, or plan again in case it was deleted meanwhile";
const MOVED: &str = "fail: it has changed since the plan was made: plan again to see it";

fn create_role() -> Step {
    step(0, "Role/r").iam("CreateRole").makes("Role/r").build()
}

fn create_profile() -> Step {
    let step = step(1, "InstanceProfile/p").iam("CreateInstanceProfile");
    step.makes("InstanceProfile/p").build()
}

fn add_role() -> Step {
    let step = step(2, "InstanceProfile/p").iam("AddRoleToInstanceProfile");
    step.subject("Role/r")
        .goal(found("", "GetInstanceProfile"))
        .build()
}

fn remove_role() -> Step {
    let step = step(3, "InstanceProfile/p").iam("RemoveRoleFromInstanceProfile");
    step.subject("Role/r").done_when_missing().build()
}

fn associate() -> Step {
    let step = step(4, "InstanceAssociation/web[i-0abc]").ec2("AssociateIamInstanceProfile");
    step.subject("InstanceProfile/p")
        .makes("InstanceAssociation/web[i-0abc]")
        .ready(running())
        .goal(found("", "DescribeIamInstanceProfileAssociations"))
        .build()
}

fn replace() -> Step {
    let step = step(5, "InstanceAssociation/web[i-0abc]")
        .ec2("ReplaceIamInstanceProfileAssociation")
        .subject("InstanceProfile/p");
    step.association(WhenNone::Fail)
        .ready(running())
        .goal(found("", "DescribeIamInstanceProfileAssociations"))
        .build()
}

fn disassociate() -> Step {
    let step = step(6, "InstanceAssociation/web[i-0abc]").ec2("DisassociateIamInstanceProfile");
    step.association(WhenNone::Done)
        .removes("InstanceAssociation/web[i-0abc]")
        .done_when_missing()
        .build()
}

fn put_policy() -> Step {
    step(7, "Role/r").iam("PutRolePolicy").build()
}

fn update_trust() -> Step {
    let step = step(8, "Role/r").iam("UpdateAssumeRolePolicy");
    step.subject("Role/caller").build()
}

fn delete_role() -> Step {
    let step = step(9, "Role/r").iam("DeleteRole").removes("Role/r");
    step.done_when_missing().build()
}

#[test]
fn invalid_instance_profile_name_is_propagation_when_this_run_made_the_profile() {
    for call in [associate(), replace()] {
        let fresh = row(call.clone(), Class::NotYet).after(&create_profile());
        assert_eq!(fresh.described(), "retry: EC2 to see instance profile p");
        assert_eq!(row(call, Class::NotYet).described(), TYPO);
    }
}

#[test]
fn a_typo_stays_one_although_an_earlier_step_worked_on_the_same_association() {
    let removal = step(6, "InstanceAssociation/web[i-0abc]").ec2("DisassociateIamInstanceProfile");
    let typo = row(associate(), Class::NotYet).after(&removal.build());
    assert_eq!(typo.described(), TYPO);
    let mut recent = row(update_trust(), Class::NotYet);
    recent.ledger = Ledger::new(&[address("Role/r")].into());
    assert_eq!(recent.described(), TYPO);
    let made = row(update_trust(), Class::NotYet).after(&create_role());
    assert_eq!(made.described(), "retry: IAM to see role r");
}

#[test]
fn a_profile_without_a_role_is_propagation_when_this_run_put_the_role_in() {
    let launch = step(4, "Instance/web").ec2("RunInstances");
    let launch = launch.subject("InstanceProfile/p").build();
    let fresh = row(launch.clone(), Class::NotYet).after(&add_role());
    assert_eq!(fresh.described(), "retry: EC2 to see instance profile p");
    assert_eq!(row(launch, Class::NotYet).described(), TYPO);
}

#[test]
fn an_invalid_principal_is_propagation_when_this_run_made_the_principal() {
    let caller = step(0, "Role/caller").makes("Role/caller").build();
    let fresh = row(update_trust(), Class::NotYet).after(&caller);
    assert_eq!(fresh.described(), "retry: IAM to see role caller");
    assert_eq!(row(update_trust(), Class::NotYet).described(), TYPO);
}

#[test]
fn propagation_has_a_budget_and_the_report_says_so() {
    let late = row(associate(), Class::NotYet)
        .after(&create_profile())
        .repeats(40)
        .elapsed(120);
    assert_eq!(
        late.described(),
        "fail: waited 120 s for EC2 to see instance profile p: run the same command again, or give it longer with --propagation-timeout"
    );
    assert!(late.elapsed(119).described().starts_with("retry: "));
}

#[test]
fn what_was_made_shortly_before_the_run_counts_as_made() {
    let mut recent = row(associate(), Class::NotYet);
    recent.ledger = Ledger::new(&[address("InstanceProfile/p")].into());
    assert_eq!(recent.described(), "retry: EC2 to see instance profile p");
}

#[test]
fn a_role_or_profile_that_this_run_made_may_be_missing_for_a_while() {
    let both = row(add_role(), Class::Missing)
        .after(&create_role())
        .after(&create_profile());
    assert_eq!(
        both.described(),
        "retry: IAM to see role r and instance profile p"
    );
    let role = row(put_policy(), Class::Missing).after(&create_role());
    assert_eq!(role.described(), "retry: IAM to see role r");
}

#[test]
fn what_this_run_only_changed_must_be_there() {
    assert_eq!(row(put_policy(), Class::Missing).described(), MISSING);
    let changed = row(put_policy(), Class::Missing).after(&update_trust());
    assert_eq!(changed.described(), MISSING);
}

#[test]
fn deleting_what_is_missing_is_done() {
    for call in [delete_role(), remove_role(), disassociate()] {
        assert_eq!(row(call, Class::Missing).described(), "Done");
    }
}

#[test]
fn what_was_just_made_is_not_believed_to_be_gone_at_once() {
    let lagging = || row(delete_role(), Class::Missing).after(&create_role());
    assert_eq!(lagging().described(), "retry: IAM to see role r");
    assert_eq!(
        lagging().elapsed(29).described(),
        "retry: IAM to see role r"
    );
    assert_eq!(lagging().elapsed(30).described(), "Done");
    for call in [delete_role(), remove_role()] {
        let mut recent = row(call, Class::Missing);
        recent.ledger = Ledger::new(&[address("Role/r")].into());
        assert_eq!(recent.described(), "retry: IAM to see role r");
    }
}

#[test]
fn a_superseded_association_id_is_looked_up_again_a_few_times() {
    let superseded = row(replace(), Class::Missing);
    assert_eq!(superseded.described(), "CheckGoal");
    let unmet = superseded.goal(Known::Unmet);
    assert_eq!(
        unmet.described(),
        "retry: the current id of instance association web[i-0abc]"
    );
    assert_eq!(unmet.repeats(5).described(), MOVED);
}

#[test]
fn a_lookup_that_finds_nothing_fails_unless_this_run_made_the_thing() {
    let none = || Row {
        sent: false,
        ..row(replace(), Class::Missing).goal(Known::Unmet)
    };
    assert_eq!(none().described(), MOVED);
    assert_eq!(
        none().after(&associate()).described(),
        "retry: EC2 to see instance association web[i-0abc]"
    );
    let removing = Row {
        sent: false,
        ..row(delete_role(), Class::Missing)
    };
    assert_eq!(removing.described(), MISSING);
}

#[test]
fn a_filled_profile_is_done_when_it_holds_our_role_and_waits_for_our_removal() {
    let full = || row(add_role(), Class::Occupied);
    assert_eq!(full().described(), "CheckGoal");
    assert_eq!(full().goal(Known::Met).described(), "Done");
    assert_eq!(full().goal(Known::Unmet).described(), MOVED);
    let swapped = full().after(&remove_role()).goal(Known::Unmet);
    assert_eq!(
        swapped.described(),
        "retry: the last change of instance profile p to finish"
    );
}

#[test]
fn an_existing_association_is_done_when_ours_and_waits_when_the_old_one_still_goes() {
    let existing = || row(associate(), Class::State);
    assert_eq!(existing().described(), "CheckGoal");
    assert_eq!(existing().goal(Known::Met).described(), "Done");
    let unmet = || existing().goal(Known::Unmet);
    assert_eq!(unmet().described(), "CheckReady");
    // It may have become ready between the refusal and the look, also when an earlier run set it going.
    assert_eq!(
        unmet().ready(Known::Met).described(),
        "retry: the last change of instance association web[i-0abc] to finish"
    );
    assert_eq!(unmet().ready(Known::Met).repeats(4).described(), MOVED);
    // Right after a removal a stale listing could pass for the goal: it is not even asked.
    let going = existing().after(&disassociate());
    assert_eq!(going.described(), "CheckReady");
    assert_eq!(
        going.ready(Known::Met).described(),
        "retry: the last change of instance association web[i-0abc] to finish"
    );
}

#[test]
fn an_instance_that_left_its_state_is_waited_for_again() {
    let moved = |repeats| {
        row(associate(), Class::State)
            .goal(Known::Unmet)
            .ready(Known::Unmet)
            .repeats(repeats)
    };
    assert_eq!(moved(3).described(), "AwaitReady");
    assert_eq!(moved(4).described(), MOVED);
}

#[test]
fn an_association_that_is_not_active_any_more_is_looked_up_again() {
    let stale = row(replace(), Class::State)
        .goal(Known::Unmet)
        .ready(Known::Met);
    assert_eq!(
        stale.described(),
        "retry: the current id of instance association web[i-0abc]"
    );
    assert_eq!(stale.repeats(5).described(), MOVED);
}

#[test]
fn a_new_name_that_exists_is_our_own_lost_create_or_somebody_elses() {
    let create = Step {
        goal: Some(found("", "GetRole")),
        ..create_role()
    };
    let exists = || row(create.clone(), Class::Exists);
    assert_eq!(exists().described(), "CheckGoal");
    assert_eq!(exists().goal(Known::Met).described(), "Done");
    assert_eq!(
        exists().goal(Known::Unmet).described(),
        "fail: it was made by somebody else after the plan: plan again to see it"
    );
    assert_eq!(
        exists().ambiguous().goal(Known::Unmet).described(),
        "retry: IAM to see role r"
    );
    assert!(
        row(create_role(), Class::Exists)
            .described()
            .starts_with("fail: ")
    );
}

#[test]
fn a_name_that_this_run_freed_may_be_taken_for_a_while() {
    let create = Step {
        goal: Some(found("", "GetRole")),
        ..create_role()
    };
    let again = || row(create.clone(), Class::Exists).after(&delete_role());
    assert_eq!(
        again().described(),
        "retry: the deletion of role r to be visible"
    );
    assert_eq!(
        again().elapsed(60).described(),
        "retry: the deletion of role r to be visible"
    );
    assert!(again().elapsed(120).described().starts_with("fail: waited"));
    // A lost answer to the new create is asked for, but not while the old role may still be seen.
    assert_eq!(
        again().ambiguous().elapsed(29).described(),
        "retry: the deletion of role r to be visible"
    );
    assert_eq!(again().ambiguous().elapsed(30).described(), "CheckGoal");
}

#[test]
fn delete_conflict_is_lag_when_this_run_emptied_the_thing() {
    let delete_profile = step(9, "InstanceProfile/p").removes("InstanceProfile/p");
    let delete_profile = delete_profile.iam("DeleteInstanceProfile").build();
    let profile = row(delete_profile, Class::Children).after(&remove_role());
    assert_eq!(
        profile.described(),
        "retry: the removals from instance profile p to be visible"
    );
    let role = row(delete_role(), Class::Children).after(&remove_role());
    assert_eq!(
        role.described(),
        "retry: the removals from role r to be visible"
    );
    let detach = step(2, "Role/r").iam("DetachRolePolicy").build();
    let role = row(delete_role(), Class::Children).after(&detach);
    assert!(role.described().starts_with("retry: "));
    assert_eq!(
        row(delete_role(), Class::Children).described(),
        "fail: something that the plan does not know is still in it: plan again to see it"
    );
}

#[test]
fn concurrent_modification_is_waited_out() {
    for call in [create_role(), put_policy(), delete_role()] {
        let busy = row(call, Class::Busy);
        assert_eq!(busy.described(), "retry: other changes to role r to finish");
        assert!(
            busy.elapsed(120)
                .described()
                .starts_with("fail: waited 120 s")
        );
    }
}

#[test]
fn throttling_is_waited_out_slowly_however_often_it_comes() {
    let throttled = row(put_policy(), Class::Throttled).repeats(20);
    assert_eq!(
        throttled.described(),
        "retry slowly: IAM to accept more calls"
    );
    assert!(
        throttled
            .elapsed(120)
            .described()
            .starts_with("fail: waited")
    );
    let seldom = row(put_policy(), Class::Throttled).repeats(7).elapsed(600);
    assert_eq!(seldom.described(), "retry slowly: IAM to accept more calls");
    let ec2 = row(associate(), Class::Throttled);
    assert_eq!(ec2.described(), "retry slowly: EC2 to accept more calls");
}

#[test]
fn a_lost_answer_asks_for_the_goal_before_it_sends_again() {
    let lost = || row(add_role(), Class::Transient).ambiguous();
    assert_eq!(lost().described(), "CheckGoal");
    assert_eq!(lost().goal(Known::Met).described(), "Done");
    assert_eq!(
        lost().goal(Known::Unmet).described(),
        "retry: IAM to answer"
    );
    let eighth = lost().goal(Known::Unmet).repeats(8);
    assert_eq!(eighth.described(), "fail");
    assert_eq!(lost().repeats(8).described(), "CheckGoal");
    assert_eq!(
        row(put_policy(), Class::Transient).described(),
        "retry: IAM to answer"
    );
}

#[test]
fn no_connection_means_no_effect_so_nothing_is_asked() {
    let unreachable = row(add_role(), Class::Unreachable);
    assert_eq!(unreachable.described(), "retry: a connection to IAM");
    assert_eq!(unreachable.repeats(8).described(), "fail");
}

#[test]
fn everything_else_fails_at_once_even_for_what_this_run_made() {
    for class in [
        Class::Quota,
        Class::Denied,
        Class::Credentials,
        Class::Expired,
        Class::Invalid,
        Class::Unmodifiable,
        Class::Unexpected,
    ] {
        let fresh = row(put_policy(), class).after(&create_role());
        assert_eq!(fresh.described(), "fail", "{class:?}");
    }
}
