//! Whether the caller's own policies decide, and how: given policies, one call, the whole answer.

use serde_json::{Value, json};

use super::{EC2_TRUST, RUNNING, Story};
use crate::sandbox::{Sandbox, Weather};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const ROLE: &str = "arn:aws:iam::123456789012:role/app/web";

/// A sandbox with a role `web` below `/app/` in a profile, whose caller has these statements.
fn story(statements: impl Into<Value>) -> Story {
    let statements: Value = statements.into();
    with(
        json!({"name": "sandbox", "tags": {"team": "a"}, "inlinePolicies": {"p": policy(&statements)}}),
    )
}

fn policy(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn with(user: impl Into<Value>) -> Story {
    let user: Value = user.into();
    let seed = json!({
        "users": [user],
        "roles": [{"name": "web", "path": "/app/", "tags": {"team": "a"}}],
        "instanceProfiles": [{"name": "web", "role": "web"}],
        "instances": [{"id": RUNNING, "tags": {"team": "a"}}],
    });
    let weather = Weather {
        enforce_policies: true,
        ..Weather::calm()
    };
    Story::of(Sandbox::open_with_seed(None, weather, &seed.to_string()).unwrap())
}

fn get(story: &Story) -> String {
    said(story.iam("GetRole", &[("RoleName", "web")]))
}

fn associate(story: &Story) -> String {
    said(story.associate(RUNNING, "web"))
}

/// `allowed`, or why not.
fn said(answer: super::Answer) -> String {
    if answer.status == 200 {
        return "allowed".to_owned();
    }
    let fault = answer.fault();
    let (_, why) = fault.split_once("to perform: ").unwrap_or(("", &fault));
    why.to_owned()
}

fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn allow_if(condition: impl Into<Value>) -> Value {
    let condition: Value = condition.into();
    json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition})
}

#[test]
fn what_nothing_allows_is_denied_and_named() {
    let story = story(json!([allow("iam:List*", "*")]));
    assert_eq!(
        story.iam("GetRole", &[("RoleName", "web")]).fault(),
        format!(
            "403 AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:GetRole on resource: {ROLE} because no identity-based policy allows the iam:GetRole action"
        )
    );
    let fault = story
        .ec2("StopInstances", &[("InstanceId.1", RUNNING)])
        .fault();
    assert!(fault.starts_with("403 UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: ec2:StopInstances on resource: arn:aws:ec2:us-east-1:123456789012:instance/i-1234567890abcdef0 because"), "{fault}");
    story
        .call("sts", "2011-06-15", "GetCallerIdentity", &[])
        .ok();
}

#[test]
fn actions_and_resources_are_patterns() {
    let decisions = [
        (allow("IAM:getrole", ROLE), true),
        (allow("iam:Get*", "arn:aws:iam::*:role/app/*"), true),
        (allow("iam:Get?ole", "arn:aws:iam::*:role/app/we?"), true),
        (
            allow("iam:GetRole", "arn:aws:iam::123456789012:role/web"),
            false,
        ),
        (
            allow("iam:GetRole", "arn:aws:iam::123456789012:role/APP/web"),
            false,
        ),
        (
            json!({"Effect": "Allow", "NotAction": "iam:Create*", "Resource": "*"}),
            true,
        ),
        (
            json!({"Effect": "Allow", "NotAction": "iam:Get*", "Resource": "*"}),
            false,
        ),
        (
            json!({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:iam::*:user/*"}),
            true,
        ),
        (
            json!({"Effect": "Allow", "Action": "*", "NotResource": ROLE}),
            false,
        ),
    ];
    for (statement, allowed) in decisions {
        let text = statement.to_string();
        assert_eq!(
            get(&story(json!([statement]))) == "allowed",
            allowed,
            "{text}"
        );
    }
}

#[test]
fn a_denial_wins_and_a_boundary_bounds() {
    let deny = json!({"Effect": "Deny", "Action": "iam:GetRole", "Resource": ROLE});
    assert_eq!(
        get(&story(json!([allow("*", "*"), deny]))),
        format!(
            "iam:GetRole on resource: {ROLE} with an explicit deny in an identity-based policy"
        )
    );
    let bounded = |boundary: &str| {
        with(
            json!({"name": "sandbox", "managedPolicies": [ADMINISTRATOR], "permissionsBoundary": boundary}),
        )
    };
    assert_eq!(get(&bounded(ADMINISTRATOR)), "allowed");
    assert_eq!(
        get(&bounded("arn:aws:iam::123456789012:policy/unknown")),
        format!(
            "iam:GetRole on resource: {ROLE} because no permissions boundary allows the iam:GetRole action"
        )
    );
}

#[test]
fn conditions_look_at_the_request() {
    let decisions = [
        (json!({"StringEquals": {"aws:ResourceTag/team": "a"}}), true),
        (
            json!({"StringEquals": {"iam:ResourceTag/Team": ["a", "b"]}}),
            true,
        ),
        (
            json!({"StringEquals": {"aws:ResourceTag/team": "A"}}),
            false,
        ),
        (
            json!({"StringEqualsIgnoreCase": {"aws:ResourceTag/team": "A"}}),
            true,
        ),
        (json!({"StringLike": {"aws:username": "sand*"}}), true),
        (json!({"StringNotLike": {"aws:username": "sand*"}}), false),
        (json!({"StringEquals": {"aws:SourceVpc": "vpc-1"}}), false),
        (
            json!({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}),
            true,
        ),
        (json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}), true),
        (json!({"Null": {"aws:SourceVpc": "true"}}), true),
        (json!({"Null": {"aws:username": true}}), false),
        (
            json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}),
            false,
        ),
        (
            json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}),
            true,
        ),
        (
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/sandbox"}}),
            true,
        ),
        (
            json!({"ArnEquals": {"aws:PrincipalArn": "arn:aws:*sandbox"}}),
            false,
        ),
        (
            json!({"DateLessThan": {"aws:CurrentTime": "2026-01-02"}}),
            true,
        ),
        (
            json!({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T12:00:01Z"}}),
            false,
        ),
        (
            json!({"NumericLessThanEquals": {"aws:EpochTime": "1"}}),
            false,
        ),
        (
            json!({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "127.0.0.0/8"]}}),
            true,
        ),
        (
            json!({"NotIpAddress": {"aws:SourceIp": "127.0.0.1"}}),
            false,
        ),
        (json!({"Bool": {"aws:SecureTransport": "false"}}), true),
        (
            json!({"StringEquals": {"aws:username": "sandbox"}, "Bool": {"aws:SecureTransport": true}}),
            false,
        ),
        (
            json!({"StringEquals": {"aws:PrincipalTag/team": "${iam:ResourceTag/team}"}}),
            true,
        ),
        (json!({"Newly": {"aws:username": "sandbox"}}), false),
    ];
    for (condition, allowed) in decisions {
        let text = condition.to_string();
        assert_eq!(
            get(&story(json!([allow_if(condition)]))) == "allowed",
            allowed,
            "{text}"
        );
    }
}

#[test]
fn variables_need_the_new_version_of_the_language() {
    let of = |version: &str| {
        let document = json!({"Version": version, "Statement": allow("*", "arn:aws:iam::*:user/${aws:username}")});
        with(json!({"name": "sandbox", "inlinePolicies": {"p": document}}))
    };
    let user = |story: &Story| said(story.iam("GetUser", &[("UserName", "sandbox")]));
    assert_eq!(user(&of("2012-10-17")), "allowed");
    assert_ne!(user(&of("2008-10-17")), "allowed");
}

#[test]
fn giving_a_role_to_ec2_needs_pass_role() {
    let ec2 = allow("ec2:*", "*");
    assert_eq!(
        associate(&story(json!([ec2]))),
        format!(
            "iam:PassRole on resource: {ROLE} because no identity-based policy allows the iam:PassRole action"
        )
    );
    let passing = |service: &str| {
        json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": ROLE,
            "Condition": {"StringEquals": {"iam:PassedToService": service}}})
    };
    assert_eq!(
        associate(&story(json!([ec2, passing("ec2.amazonaws.com")]))),
        "allowed"
    );
    assert_ne!(
        associate(&story(json!([ec2, passing("lambda.amazonaws.com")]))),
        "allowed"
    );
    let add = |story: &Story| {
        story
            .iam(
                "RemoveRoleFromInstanceProfile",
                &[("InstanceProfileName", "web"), ("RoleName", "web")],
            )
            .ok();
        said(story.iam(
            "AddRoleToInstanceProfile",
            &[("InstanceProfileName", "web"), ("RoleName", "web")],
        ))
    };
    let profiles = allow("iam:*InstanceProfile", "*");
    assert!(add(&story(json!([profiles]))).starts_with("iam:PassRole on"));
    assert_eq!(
        add(&story(json!([profiles, passing("ec2.amazonaws.com")]))),
        "allowed"
    );
}

#[test]
fn tags_in_a_creation_are_allowed_apart() {
    let create = |story: &Story| {
        let tag = [("Tags.member.1.Key", "stack"), ("Tags.member.1.Value", "x")];
        let role = [("RoleName", "new"), ("AssumeRolePolicyDocument", EC2_TRUST)];
        said(story.iam("CreateRole", &[&role[..], &tag[..]].concat()))
    };
    assert!(create(&story(json!([allow("iam:CreateRole", "*")]))).starts_with("iam:TagRole on"));
    let tagged = |value: &str| {
        json!({"Effect": "Allow", "Action": ["iam:CreateRole", "iam:TagRole"], "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestTag/stack": value}}})
    };
    assert_eq!(create(&story(json!([tagged("x")]))), "allowed");
    assert_ne!(create(&story(json!([tagged("y")]))), "allowed");
}

#[test]
fn a_launch_has_to_be_allowed_on_everything_that_it_uses() {
    let parameters = [
        ("ImageId", "ami-11aa22bb"),
        ("InstanceType", "t3.micro"),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("SubnetId", "subnet-1a2b3c4d"),
        ("SecurityGroupId.1", "sg-1a2b3c4d"),
        ("KeyName", "my-key-pair"),
        ("TagSpecification.1.ResourceType", "instance"),
        ("TagSpecification.1.Tag.1.Key", "a"),
        ("TagSpecification.1.Tag.1.Value", "b"),
    ];
    let of = |kind: &str| {
        let account = if kind == "image" { "" } else { "123456789012" };
        format!("arn:aws:ec2:us-east-1:{account}:{kind}/*")
    };
    let kinds = [
        "instance",
        "image",
        "subnet",
        "network-interface",
        "volume",
        "security-group",
        "key-pair",
    ];
    let tagging = json!({"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*",
        "Condition": {"StringEquals": {"ec2:CreateAction": "RunInstances"}}});
    let run = |left_out: &str, tagging: Option<&Value>| {
        let resources: Vec<String> = kinds
            .iter()
            .filter(|kind| **kind != left_out)
            .map(|kind| of(kind))
            .collect();
        let mut statements =
            vec![json!({"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": resources})];
        statements.extend(tagging.cloned());
        said(story(json!(statements)).ec2("RunInstances", &parameters))
    };
    assert_eq!(run("", Some(&tagging)), "allowed");
    assert!(run("", None).starts_with("ec2:CreateTags on"));
    for kind in kinds {
        let why = run(kind, Some(&tagging));
        assert!(
            why.starts_with("ec2:RunInstances on") && why.contains(&format!(":{kind}/")),
            "{kind}: {why}"
        );
    }
}

#[test]
fn without_the_option_policies_say_nothing() {
    let story = Story::calm();
    story
        .sandbox
        .edit(|world| {
            for user in world.iam.users.values_mut() {
                user.attached_policies.clear();
            }
        })
        .unwrap();
    story.iam("ListRoles", &[]).ok();
}
