//! Scripts: what happens to which call, exactly, whatever the seed.

use super::{Delivery, EC2_TRUST, RUNNING, Story};
use crate::sandbox::Weather;

/// Calm weather but for these events.
fn script(events: &str) -> Story {
    let calm = "propagationDelay: 0s\nassociationDelay: 0s\ninstanceDelay: 0s\n";
    Story::with(Weather::read(&format!("{calm}script:\n{events}")).unwrap())
}

/// What `ListRoles` comes to, this many times.
fn lists(story: &Story, count: usize) -> Vec<String> {
    let list = |_| {
        let answer = story.iam("ListRoles", &[]);
        let lost = if answer.delivery == Delivery::Drop {
            " lost"
        } else {
            ""
        };
        let what = match answer.status {
            200 => "fine".to_owned(),
            _ => answer.fault(),
        };
        format!("{what}{lost}")
    };
    (0..count).map(list).collect()
}

#[test]
fn an_event_meets_the_calls_it_counts() {
    let story = script("- {on: 'iam:ListRoles', nth: 2, times: 2, do: throttle}");
    story.iam("ListInstanceProfiles", &[]).ok();
    insta::assert_snapshot!(lists(&story, 4).join("\n"), @"
    fine
    400 Throttling: Rate exceeded
    400 Throttling: Rate exceeded
    fine
    ");
}

#[test]
fn an_event_may_be_about_a_whole_service() {
    let story =
        script("- {on: 'iam:*', nth: 2, do: serverError}\n- {on: 'ec2:*', do: unavailable}");
    story.iam("ListInstanceProfiles", &[]).ok();
    insta::assert_snapshot!(lists(&story, 2).join("\n"), @"
    500 ServiceFailure: We encountered an internal error. Please try again.
    fine
    ");
    assert_eq!(
        story.ec2("DescribeInstances", &[]).fault(),
        "503 Unavailable: The server is overloaded and can't handle the request."
    );
}

#[test]
fn connections_are_dropped_before_or_after_the_deed() {
    let story = script(
        "- {on: 'iam:CreateRole', do: dropBefore}\n- {on: 'iam:CreateRole', nth: 2, do: dropAfter}",
    );
    let there = |story: &Story| story.sandbox.world().iam.role("r").is_some();
    assert_eq!(story.role("r").delivery, Delivery::Drop);
    assert!(!there(&story), "it never arrived");
    assert_eq!(story.role("r").delivery, Delivery::Drop);
    assert!(there(&story), "nobody said so");
    assert_eq!(story.role("r").delivery, Delivery::Deliver);
    assert_eq!(story.sandbox.calls(), ["iam:CreateRole"; 3]);
}

#[test]
fn a_stale_answer_lacks_the_latest_write_to_what_it_is_about() {
    let mut story = script(
        "- {on: 'iam:GetRole', nth: 2, do: stale}\n- {on: 'ec2:DescribeInstances', do: stale}",
    );
    let role = ("RoleName", "r");
    story.role("r").ok();
    story
        .iam("UpdateRole", &[role, ("Description", "new")])
        .ok();
    story.role("another").ok();
    story.wait(3600);
    let read = |story: &Story| {
        story
            .iam("GetRole", &[role])
            .ok()
            .contains("<Description>new")
    };
    assert_eq!(
        [read(&story), read(&story), read(&story)],
        [true, false, true]
    );
    story
        .ec2("StopInstances", &[("InstanceId.1", RUNNING)])
        .ok();
    let state = |story: &Story| {
        story
            .ec2("DescribeInstances", &[("InstanceId.1", RUNNING)])
            .get("instanceState")
    };
    assert!(state(&story).contains("running"));
    assert!(state(&story).contains("stopp"));
}

#[test]
fn every_mishap_can_be_scripted() {
    let story = script(
        "- {on: 'iam:UpdateRole', do: concurrentModification}
- {on: 'ec2:CreateTags', do: concurrentModification}
- {on: 'iam:DeleteRole', do: deleteConflict}
- {on: 'iam:DeleteInstanceProfile', do: deleteConflict}
- {on: 'iam:GetRole', do: unresolvedArn}
- {on: 'iam:ListRoles', do: shortPage}
- {on: 'ec2:StartInstances', do: insufficientCapacity}
- {on: 'iam:PutRolePolicy', do: deny}
",
    );
    story.role_in_profile("p");
    let (role, profile) = (("RoleName", "p"), ("InstanceProfileName", "p"));
    let tags = [
        ("ResourceId.1", RUNNING),
        ("Tag.1.Key", "k"),
        ("Tag.1.Value", "v"),
    ];
    let policy = [role, ("PolicyName", "p"), ("PolicyDocument", EC2_TRUST)];
    let faults = [
        story.iam("UpdateRole", &[role]).fault(),
        story.ec2("CreateTags", &tags).fault(),
        story.iam("DeleteRole", &[role]).fault(),
        story.iam("DeleteInstanceProfile", &[profile]).fault(),
        story
            .ec2("StartInstances", &[("InstanceId.1", RUNNING)])
            .fault(),
        story.iam("PutRolePolicy", &policy).fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @"
    409 ConcurrentModification: The request was rejected because multiple requests to change this object were submitted simultaneously. Wait a few minutes and submit your request again.
    400 ConcurrentTagAccess: You can't run simultaneous commands to modify a tag for a specific resource. Allow sufficient wait time for the previous request to complete, then retry your request.
    409 DeleteConflict: Cannot delete entity, must detach all policies first.
    409 DeleteConflict: Cannot delete entity, must remove roles from instance profile first.
    500 InsufficientInstanceCapacity: We currently do not have sufficient t3.micro capacity in the Availability Zone you requested (us-east-1a). Our system will be working on provisioning additional capacity. You can currently get t3.micro capacity by not specifying an Availability Zone in your request or choosing us-east-1b, us-east-1c.
    403 AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:PutRolePolicy on resource: role p because no identity-based policy allows the iam:PutRolePolicy action
    ");
    assert!(story.iam("GetRole", &[role]).get("Arn").starts_with("AROA"));
    let page = |story: &Story| {
        story
            .iam("ListRoles", &[("MaxItems", "2")])
            .all("RoleName")
            .len()
    };
    assert_eq!([page(&story), page(&story)], [1, 2]);
    story.iam("UpdateRole", &[role]).ok();
    story.ec2("CreateTags", &tags).ok();
}

#[test]
fn an_answer_may_be_late() {
    let story = script("- {on: 'iam:ListRoles', nth: 2, do: delay 5s}");
    let delays = [1, 2, 3].map(|_| story.iam("ListRoles", &[]).delay.as_secs());
    assert_eq!(delays, [0, 5, 0]);
}
