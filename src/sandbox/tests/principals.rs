//! Who calls with short-lived credentials, and what they may do.

use serde_json::{Value, json};

use super::sts::{ACCOUNT, CALLER, Keys, story, trust};
use super::{Answer, RUNNING, S3_POLICY, Story, text};
use crate::sandbox::World;

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const DEVICE: [(&str, &str); 2] = [
    ("SerialNumber", "arn:aws:iam::123456789012:mfa/me"),
    ("TokenCode", "123456"),
];

fn policy(statements: impl Into<Value>) -> String {
    let statements: Value = statements.into();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// `Arn UserId Account`.
fn identity(answer: Answer) -> String {
    let body = answer.ok();
    ["Arn", "UserId", "Account"]
        .map(|name| text(&body, name))
        .join(" ")
}

/// `allowed`, or the fault.
fn said(answer: Answer) -> String {
    if answer.status == 200 {
        "allowed".to_owned()
    } else {
        answer.fault()
    }
}

impl Story {
    fn federated(&self, policy: Option<&str>) -> Keys {
        let policy = policy.map(|policy| ("Policy", policy));
        let parameters: Vec<_> = std::iter::once(("Name", "bob")).chain(policy).collect();
        Keys::of(self.sts("GetFederationToken", &parameters))
    }

    fn who(&self, keys: &Keys) -> String {
        identity(self.by(keys, "sts:GetCallerIdentity", &[]))
    }

    fn grant(&self, name: &str, document: &str) {
        let parameters = [
            ("RoleName", "web"),
            ("PolicyName", name),
            ("PolicyDocument", document),
        ];
        self.iam("PutRolePolicy", &parameters).ok();
    }
}

/// A role `web` below `/app/` that its account may assume, with these extra fields.
fn web(more: impl Into<Value>) -> Story {
    let more: Value = more.into();
    let mut role = json!({"name": "web", "path": "/app/", "id": "AROAIIZKPBKS2LEXAMPLE", "trustPolicy": trust(json!({"AWS": ACCOUNT}))});
    for (name, value) in more.as_object().unwrap() {
        role[name] = value.clone();
    }
    story(json!([role]))
}

const WEB: &str = "app/web";

#[test]
fn each_kind_of_session_says_who_it_is() {
    let story = web(json!({}));
    let own = identity(story.sts("GetCallerIdentity", &[]));
    assert!(own.starts_with(CALLER), "{own}");
    let role = Keys::of(story.assume(WEB, &[]));
    assert_eq!(
        story.who(&role),
        "arn:aws:sts::123456789012:assumed-role/web/deploy AROAIIZKPBKS2LEXAMPLE:deploy 123456789012"
    );
    let federated = story.federated(None);
    assert_eq!(
        story.who(&federated),
        "arn:aws:sts::123456789012:federated-user/bob 123456789012:bob 123456789012"
    );
    let user = Keys::of(story.sts("GetSessionToken", &[]));
    assert_eq!(story.who(&user), own);
}

#[test]
fn a_session_ends() {
    let mut story = web(json!({"managedPolicies": [ADMINISTRATOR]}));
    let keys = Keys::of(story.assume(WEB, &[("DurationSeconds", "900")]));
    story.wait(899);
    story.by(&keys, "iam:ListRoles", &[]).ok();
    story.wait(1);
    let expired = "403 ExpiredToken: The security token included in the request is expired";
    assert_eq!(story.by(&keys, "iam:ListRoles", &[]).fault(), expired);
    assert_eq!(
        story.by(&keys, "sts:GetCallerIdentity", &[]).fault(),
        expired
    );
    assert_eq!(
        story.by(&keys, "ec2:DescribeInstances", &[]).fault(),
        "400 RequestExpired: Request has expired."
    );
}

const INVALID: &str =
    "403 InvalidClientTokenId: The security token included in the request is invalid.";

#[test]
fn a_role_that_is_made_again_is_another_one() {
    let story = web(json!({}));
    let keys = Keys::of(story.assume(WEB, &[]));
    let original = story.sandbox.world().iam.role("web").unwrap().clone();
    story.iam("DeleteRole", &[("RoleName", "web")]).ok();
    assert_eq!(
        story.by(&keys, "sts:GetCallerIdentity", &[]).fault(),
        INVALID
    );
    let create = [
        ("RoleName", "web"),
        ("Path", "/app/"),
        ("AssumeRolePolicyDocument", &*original.trust_policy),
    ];
    story.iam("CreateRole", &create).ok();
    assert_eq!(
        story.by(&keys, "sts:GetCallerIdentity", &[]).fault(),
        INVALID
    );
    assert_eq!(
        story.by(&keys, "ec2:DescribeInstances", &[]).fault(),
        "401 AuthFailure: AWS was not able to validate the provided access credentials"
    );
    let back = |world: &mut World| world.iam.roles.insert("web".to_owned(), original);
    story.sandbox.edit(|world| drop(back(world))).unwrap();
    story.by(&keys, "sts:GetCallerIdentity", &[]).ok();
}

#[test]
fn iam_listens_to_users_with_a_device_only() {
    let story = Story::calm();
    let federated = story.federated(Some(EVERYTHING));
    let user = Keys::of(story.sts("GetSessionToken", &[]));
    for keys in [&federated, &user] {
        assert_eq!(story.by(keys, "iam:ListRoles", &[]).fault(), INVALID);
        story.by(keys, "ec2:DescribeInstances", &[]).ok();
    }
    let user = Keys::of(story.sts("GetSessionToken", &DEVICE));
    story.by(&user, "iam:ListRoles", &[]).ok();
    assert_eq!(
        story.by(&user, "iam:GetUser", &[]).get("UserName"),
        "sandbox"
    );
}

#[test]
fn sessions_get_no_tokens_of_users() {
    let story = web(json!({"managedPolicies": [ADMINISTRATOR]}));
    let role = Keys::of(story.assume(WEB, &[]));
    let federated = story.federated(Some(EVERYTHING));
    let user = Keys::of(story.sts("GetSessionToken", &DEVICE));
    for keys in [&role, &federated, &user] {
        for action in ["GetFederationToken", "GetSessionToken"] {
            let fault = story
                .by(keys, &format!("sts:{action}"), &[("Name", "bob")])
                .fault();
            assert_eq!(
                fault,
                format!("403 AccessDenied: Cannot call {action} with session credentials")
            );
        }
    }
    story.assume_by(&user, WEB, &[]).ok();
    assert_eq!(
        story.assume_by(&federated, WEB, &[]).fault(),
        "403 AccessDenied: User: arn:aws:sts::123456789012:federated-user/bob is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/app/web"
    );
}

#[test]
fn a_session_of_a_role_has_what_the_role_has() {
    let story = web(json!({}));
    let keys = Keys::of(story.assume(WEB, &[]));
    let list = || said(story.by(&keys, "iam:ListRoles", &[]));
    assert_eq!(
        list(),
        "403 AccessDenied: User: arn:aws:sts::123456789012:assumed-role/web/deploy is not authorized to perform: iam:ListRoles on resource: * because no identity-based policy allows the iam:ListRoles action"
    );
    story.grant(
        "list",
        &policy(json!({"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"})),
    );
    assert_eq!(list(), "allowed");
    let attach = [("RoleName", "web"), ("PolicyArn", ADMINISTRATOR)];
    let mut create = vec![
        ("RoleName", "new"),
        ("AssumeRolePolicyDocument", super::EC2_TRUST),
    ];
    assert!(said(story.by(&keys, "iam:CreateRole", &create)).contains("iam:CreateRole"));
    story.iam("AttachRolePolicy", &attach).ok();
    assert_eq!(said(story.by(&keys, "iam:CreateRole", &create)), "allowed");
    create[0].1 = "newer";
    let boundary = [
        ("RoleName", "web"),
        (
            "PermissionsBoundary",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
        ),
    ];
    story.iam("PutRolePermissionsBoundary", &boundary).ok();
    let fault = said(story.by(&keys, "iam:CreateRole", &create));
    assert!(
        fault.ends_with("because no permissions boundary allows the iam:CreateRole action"),
        "{fault}"
    );
}

#[test]
fn a_session_of_a_role_is_no_user() {
    let story = web(json!({"managedPolicies": [ADMINISTRATOR]}));
    let keys = Keys::of(story.assume(WEB, &[]));
    assert_eq!(
        story.by(&keys, "iam:GetUser", &[]).fault(),
        "400 ValidationError: Must specify userName when calling with non-User credentials"
    );
}

#[test]
fn session_policies_cut_a_role_down() {
    let story = web(json!({"managedPolicies": [ADMINISTRATOR]}));
    let keys = Keys::of(story.assume(WEB, &[("Policy", S3_POLICY)]));
    let fault = story.by(&keys, "iam:ListRoles", &[]).fault();
    assert!(
        fault.ends_with("because no session policy allows the iam:ListRoles action"),
        "{fault}"
    );
    let managed = [
        ("Policy", S3_POLICY),
        ("PolicyArns.member.1.arn", ADMINISTRATOR),
    ];
    let keys = Keys::of(story.assume(WEB, &managed));
    story.by(&keys, "iam:ListRoles", &[]).ok();
    let deny = policy(
        json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "iam:List*", "Resource": "*"}]),
    );
    let keys = Keys::of(story.assume(WEB, &[("Policy", &deny)]));
    let fault = story.by(&keys, "iam:ListRoles", &[]).fault();
    assert!(
        fault.ends_with("with an explicit deny in a session policy"),
        "{fault}"
    );
}

#[test]
fn a_federated_user_has_what_user_and_session_share() {
    let story = Story::calm();
    let describe = |keys: &Keys| said(story.by(keys, "ec2:DescribeInstances", &[]));
    let nothing = describe(&story.federated(None));
    assert!(
        nothing.ends_with("because no session policy allows the ec2:DescribeInstances action"),
        "{nothing}"
    );
    let only = policy(json!({"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}));
    let keys = story.federated(Some(&only));
    assert_eq!(describe(&keys), "allowed");
    let stop = said(story.by(&keys, "ec2:StopInstances", &[("InstanceId.1", RUNNING)]));
    assert!(stop.starts_with("403 UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:sts::123456789012:federated-user/bob is not"), "{stop}");
    story
        .sandbox
        .edit(|world| {
            let user = world.iam.users.get_mut("sandbox").unwrap();
            user.attached_policies.clear();
        })
        .unwrap();
    assert!(
        describe(&keys)
            .ends_with("because no identity-based policy allows the ec2:DescribeInstances action")
    );
    // The user's own key is not asked unless the weather says so.
    story.ec2("DescribeInstances", &[]).ok();
    let user = Keys::of(story.sts("GetSessionToken", &DEVICE));
    assert!(describe(&user).starts_with("403 UnauthorizedOperation"));
}

#[test]
fn older_sessions_are_revoked() {
    let mut story = web(json!({"managedPolicies": [ADMINISTRATOR]}));
    let older = Keys::of(story.assume(WEB, &[]));
    story.wait(60);
    let revoke = json!([{"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": {"DateLessThan": {"aws:TokenIssueTime": story.now.to_string()}}}]);
    story.grant("AWSRevokeOlderSessions", &policy(revoke));
    let fault = story.by(&older, "iam:ListRoles", &[]).fault();
    assert!(
        fault.ends_with("with an explicit deny in an identity-based policy"),
        "{fault}"
    );
    story.by(&older, "sts:GetCallerIdentity", &[]).ok();
    let newer = Keys::of(story.assume(WEB, &[]));
    story.by(&newer, "iam:ListRoles", &[]).ok();
}

#[test]
fn a_role_may_trust_another_or_one_session_of_it() {
    let trusts = |principal: Value| json!({"name": "next", "trustPolicy": trust(principal)});
    let web = json!({"name": "web", "trustPolicy": trust(json!({"AWS": CALLER}))});
    let role = json!({"AWS": "arn:aws:iam::123456789012:role/web"});
    let session = json!({"AWS": "arn:aws:sts::123456789012:assumed-role/web/deploy"});
    for principal in [role, session] {
        let story = story(json!([web, trusts(principal)]));
        let keys = Keys::of(story.assume("web", &[]));
        story.assume_by(&keys, "next", &[]).ok();
        let fault = story.assume("next", &[]).fault();
        assert!(fault.ends_with("user/sandbox is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/next"), "{fault}");
        let cut = Keys::of(story.assume("web", &[("Policy", S3_POLICY)]));
        let fault = story.assume_by(&cut, "next", &[]).fault();
        assert!(
            fault.ends_with("because no session policy allows the sts:AssumeRole action"),
            "{fault}"
        );
    }
}
