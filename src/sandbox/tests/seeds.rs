//! Starting worlds from YAML.

use std::error::Error;

use super::Story;
use crate::sandbox::{Sandbox, SandboxError, Weather};

/// The EC2 user guide's last example: an instance that has TestRole-2 already.
const GUIDE: &str = "
policies: [arn:aws:iam::123456789012:policy/boundary]
users: [{name: alice}]
roles:
  - name: TestRole-2
    path: /app/
    description: seeded
    maxSessionDuration: 7200
    inlinePolicies:
      S3-Permissions: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: ['s3:*'], Resource: ['*']}]}
    managedPolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
    permissionsBoundary: arn:aws:iam::123456789012:policy/boundary
    tags: {team: web}
  - name: caller
    trustPolicy:
      Version: '2012-10-17'
      Statement: [{Effect: Allow, Principal: {AWS: 'arn:aws:iam::123456789012:role/app/TestRole-2'}, Action: 'sts:AssumeRole'}]
instanceProfiles:
  - {name: TestRole-2, id: AIPAJEDNCAA64SSD265D6, role: TestRole-2}
instances:
  - id: i-088ce778fbfeb4361
    association: {id: iip-assoc-0044d817db6c0a4ba, instanceProfile: TestRole-2}
  - {id: i-0fedcba9876543210, region: eu-west-1, state: stopped, instanceType: t3.large, tags: {Name: spare}}
";

fn refused(seed: &str) -> String {
    let error = Sandbox::open_with_seed(None, Weather::calm(), seed).unwrap_err();
    let cause = error
        .source()
        .map(|cause| format!(": {cause}"))
        .unwrap_or_default();
    format!("{error}{cause}")
}

#[test]
fn the_guides_last_example_runs_on_its_seed() {
    let story = Story::of(Sandbox::open_with_seed(None, Weather::calm(), GUIDE).unwrap());
    let rows = story
        .ec2("DescribeIamInstanceProfileAssociations", &[])
        .ok();
    assert_eq!(
        super::text(&rows, "associationId"),
        "iip-assoc-0044d817db6c0a4ba"
    );
    assert_eq!(super::text(&rows, "id"), "AIPAJEDNCAA64SSD265D6");
    assert_eq!(
        story
            .disassociate("iip-assoc-0044d817db6c0a4ba")
            .get("state"),
        "disassociating"
    );
    let role = story.iam("GetRole", &[("RoleName", "TestRole-2")]).ok();
    assert_eq!(
        super::text(&role, "Arn"),
        "arn:aws:iam::123456789012:role/app/TestRole-2"
    );
    let caller = story
        .iam("GetRole", &[("RoleName", "caller")])
        .document("AssumeRolePolicyDocument");
    assert!(caller.contains("role/app/TestRole-2"), "{caller}");
    assert_eq!(
        story.iam("ListRoles", &[]).all("RoleName"),
        ["caller", "TestRole-2"]
    );
}

#[test]
fn what_was_saved_wins_over_the_seed() {
    let folder = tempfile::tempdir().unwrap();
    drop(Sandbox::open(Some(folder.path()), Weather::calm()).unwrap());
    let again = Sandbox::open_with_seed(Some(folder.path()), Weather::calm(), GUIDE).unwrap();
    assert!(again.world().iam.role("TestRole-2").is_none());
}

#[test]
fn what_stands_may_name_who_is_gone_and_what_a_launch_takes_may_be_offered() {
    let story = Story::of(
        Sandbox::open_with_seed(
            None,
            Weather::calm(),
            "
roles:
  - name: r
    trustPolicy:
      Version: '2012-10-17'
      Statement: [{Effect: Allow, Principal: {AWS: AROAGONE1EXAMPLE2}, Action: 'sts:AssumeRole'}]
offers: {us-east-1: [ami-0abc, sg-0abc, key, subnet-0abc]}
",
        )
        .unwrap(),
    );
    let role = story.iam("GetRole", &[("RoleName", "r")]);
    let trust = role.document("AssumeRolePolicyDocument");
    assert!(trust.contains("AROAGONE1EXAMPLE2"), "{trust}");
    let again = [("RoleName", "r"), ("PolicyDocument", &trust)];
    let refused = story.iam("UpdateAssumeRolePolicy", &again).fault();
    assert!(
        refused.starts_with("400 MalformedPolicyDocument"),
        "{refused}"
    );
    let launch = |image| {
        [
            ("ImageId", image),
            ("KeyName", "key"),
            ("SubnetId", "subnet-0abc"),
            ("SecurityGroupId.1", "sg-0abc"),
            ("MinCount", "1"),
            ("MaxCount", "1"),
        ]
    };
    let launched = story.ec2("RunInstances", &launch("ami-0abc")).ok();
    assert_eq!(super::text(&launched, "groupId"), "sg-0abc");
    let refused = story.ec2("RunInstances", &launch("ami-0def")).fault();
    assert!(
        refused.starts_with("400 InvalidAMIID.NotFound"),
        "{refused}"
    );
}

#[test]
fn impossible_worlds_are_refused() {
    let seeds = [
        "rolls: []",
        "roles: [{name: r, maxSession: 1}]",
        "roles: [{name: r}, {name: R}]",
        "roles: [{name: r, trustPolicy: {Statement: []}}]",
        "instanceProfiles: [{name: p, role: r}]",
        "instances: [{id: i-1, association: {instanceProfile: p}}]",
        "instances: [{id: i-1}, {id: i-1}]",
    ];
    let errors: Vec<String> = seeds.iter().map(|seed| refused(seed)).collect();
    insta::assert_snapshot!(errors.join("\n"), @"
    the starting world cannot be understood: unknown field `rolls`, expected one of `account`, `policies`, `users`, `roles`, `instanceProfiles`, `instances`, `buckets`, `offers`
    the starting world cannot be understood: roles[0]: unknown field `maxSession`, expected one of `name`, `path`, `id`, `description`, `maxSessionDuration`, `trustPolicy`, `inlinePolicies`, `managedPolicies`, `permissionsBoundary`, `tags` at line 1 column 19
    the starting world is not possible: R is there twice
    the starting world is not possible: the trust policy of role r: Syntax errors in policy.
    the starting world is not possible: instance profile p holds role r, which is not there
    the starting world is not possible: instance i-1 uses p, which is not there
    the starting world is not possible: instance i-1 is there twice
    ");
    assert!(matches!(
        Sandbox::open_with_seed(None, Weather::calm(), "["),
        Err(SandboxError::SeedSyntax(_))
    ));
}
