//! Token buckets: shared, per action, and as EC2 publishes them.

use super::{RUNNING, Story};
use crate::sandbox::Weather;

fn throttled(text: &str) -> Story {
    Story::with(Weather {
        throttle: Weather::read(&format!("throttle: {text}"))
            .unwrap()
            .throttle,
        ..Weather::calm()
    })
}

/// How many of so many equal calls at the same time are let through.
fn admitted(story: &Story, action: &str, parameters: &[(&str, &str)], calls: usize) -> usize {
    let throttled = |answer: &super::Answer| {
        answer.body.contains("Request limit exceeded.") || answer.body.contains("Rate exceeded")
    };
    (0..calls)
        .filter(|_| {
            let answer = if action.starts_with("List") {
                story.iam(action, parameters)
            } else {
                story.ec2(action, parameters)
            };
            !throttled(&answer)
        })
        .count()
}

#[test]
fn a_shared_bucket_serves_all_actions_of_the_account() {
    let mut story = throttled("{iam: {capacity: 3, refillPerSecond: 1, shared: true}}");
    assert_eq!(admitted(&story, "ListRoles", &[], 2), 2);
    story.region = "eu-central-1";
    assert_eq!(admitted(&story, "ListInstanceProfiles", &[], 2), 1);
    story.wait(2);
    assert_eq!(admitted(&story, "ListRoles", &[], 3), 2);
}

#[test]
fn an_action_may_have_a_bucket_of_its_own() {
    let story = throttled(
        "{iam: {capacity: 9, refillPerSecond: 1}, actions: {'iam:ListRoles': {capacity: 1, refillPerSecond: 1}}}",
    );
    assert_eq!(admitted(&story, "ListRoles", &[], 5), 1);
    assert_eq!(admitted(&story, "ListInstanceProfiles", &[], 12), 9);
}

#[test]
fn published_buckets_are_those_of_the_developer_guide() {
    let story = throttled("published");
    let one = [("InstanceId.1", RUNNING)];
    let paged = [("MaxResults", "5")];
    let tag = [("ResourceId.1", RUNNING), ("Tag.1.Key", "k")];
    let counts = [
        (
            "DescribeInstances",
            admitted(&story, "DescribeInstances", &[], 120),
        ),
        ("DescribeInstances, paged", {
            let story = throttled("published");
            admitted(&story, "DescribeInstances", &paged, 120)
        }),
        (
            "DescribeIamInstanceProfileAssociations",
            admitted(&story, "DescribeIamInstanceProfileAssociations", &[], 120),
        ),
        (
            "AssociateIamInstanceProfile",
            admitted(&story, "AssociateIamInstanceProfile", &[], 120),
        ),
        (
            "ReplaceIamInstanceProfileAssociation",
            admitted(&story, "ReplaceIamInstanceProfileAssociation", &[], 120),
        ),
        ("CreateTags", admitted(&story, "CreateTags", &tag, 120)),
        ("RunInstances", admitted(&story, "RunInstances", &[], 120)),
        (
            "StopInstances",
            admitted(&story, "StopInstances", &one, 120),
        ),
        (
            "TerminateInstances",
            admitted(&story, "TerminateInstances", &one, 120),
        ),
        (
            "ListRoles and all of IAM",
            admitted(&story, "ListRoles", &[], 120),
        ),
    ];
    let rows = counts.map(|(action, count)| format!("{count:>4} {action}"));
    insta::assert_snapshot!(rows.join("\n"), @"
     50 DescribeInstances
    100 DescribeInstances, paged
    100 DescribeIamInstanceProfileAssociations
    100 AssociateIamInstanceProfile
     50 ReplaceIamInstanceProfileAssociation
    100 CreateTags
      5 RunInstances
     50 StopInstances
    100 TerminateInstances
     20 ListRoles and all of IAM
    ");
}

#[test]
fn a_launch_takes_a_token_for_each_instance() {
    let mut story = throttled("published");
    let launch = |story: &Story, count: &str| {
        let parameters = [
            ("ImageId", "ami-11aa22bb"),
            ("MinCount", "1"),
            ("MaxCount", count),
        ];
        admitted(story, "RunInstances", &parameters, 1)
    };
    assert_eq!(launch(&story, "999"), 1, "refused for another reason");
    assert_eq!(launch(&story, "2"), 0, "one token is left");
    story.wait(1);
    assert_eq!(launch(&story, "2"), 1, "two come back in a second");
}
