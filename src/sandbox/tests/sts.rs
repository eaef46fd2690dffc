//! Short-lived credentials: who gets them, for how long, and what refuses them.

use serde_json::{Value, json};

use super::{Answer, Story, text};
use crate::sandbox::{Sandbox, Weather};

pub(super) const ACCOUNT: &str = "arn:aws:iam::123456789012:root";
pub(super) const CALLER: &str = "arn:aws:iam::123456789012:user/sandbox";

type Parameters<'a> = &'a [(&'a str, &'a str)];

/// A key and its token.
pub(super) struct Keys {
    pub(super) id: String,
    pub(super) token: String,
}

impl Keys {
    #[track_caller]
    pub(super) fn of(answer: Answer) -> Keys {
        let body = answer.ok();
        let (id, token) = (text(&body, "AccessKeyId"), text(&body, "SessionToken"));
        Keys { id, token }
    }
}

impl Story {
    pub(super) fn sts(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.call("sts", "2011-06-15", action, parameters)
    }

    /// A call with a session's credentials; the action as `iam:ListRoles`.
    pub(super) fn by(&self, keys: &Keys, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let (service, action) = action.split_once(':').unwrap();
        let version = match service {
            "iam" => "2010-05-08",
            "sts" => "2011-06-15",
            _ => "2016-11-15",
        };
        self.signed(
            &keys.id,
            &keys.token,
            (service, version),
            action,
            parameters,
        )
    }

    pub(super) fn assume(&self, role: &str, more: &[(&str, &str)]) -> Answer {
        self.sts("AssumeRole", &asking(&arn(role), more))
    }

    pub(super) fn assume_by(&self, keys: &Keys, role: &str, more: &[(&str, &str)]) -> Answer {
        self.by(keys, "sts:AssumeRole", &asking(&arn(role), more))
    }
}

fn asking<'a>(arn: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("RoleArn", arn)];
    if !more.iter().any(|(name, _)| *name == "RoleSessionName") {
        all.push(("RoleSessionName", "deploy"));
    }
    all.extend(more);
    all
}

fn arn(role: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{role}")
}

/// A sandbox with these roles.
pub(super) fn story(roles: impl Into<Value>) -> Story {
    let roles: Value = roles.into();
    let seed = json!({ "roles": roles });
    Story::of(Sandbox::open_with_seed(None, Weather::calm(), &seed.to_string()).unwrap())
}

/// A trust policy that allows one principal to assume the role and to tag its session.
pub(super) fn trust(principal: impl Into<Value>) -> Value {
    statement(
        principal,
        json!(["sts:AssumeRole", "sts:TagSession"]),
        json!({}),
    )
}

fn statement(
    principal: impl Into<Value>,
    actions: impl Into<Value>,
    condition: impl Into<Value>,
) -> Value {
    let (principal, actions, condition) = (principal.into(), actions.into(), condition.into());
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": actions, "Condition": condition}]})
}

fn role(name: &str, trust: &Value) -> Value {
    json!({"name": name, "id": format!("AROA{:0>17}", name.to_uppercase()), "trustPolicy": trust})
}

/// A sandbox with the role `web` of this trust.
fn trusting(trust: &Value) -> Story {
    story(json!([role("web", trust)]))
}

const REFUSED: &str = "403 AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/web";

#[test]
fn a_role_is_assumed() {
    let story = trusting(&trust(json!({"AWS": CALLER})));
    let body = story.assume("web", &[]).ok();
    insta::assert_snapshot!(masked(&body), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <AssumeRoleResult>
    <Credentials>
    <AccessKeyId>…</AccessKeyId>
    <SecretAccessKey>this/is/not/a/secret/sandbox/EXAMPLEKEY0</SecretAccessKey>
    <SessionToken>…</SessionToken>
    <Expiration>2026-01-01T13:00:00Z</Expiration>
    </Credentials>
    <AssumedRoleUser>
    <AssumedRoleId>AROA00000000000000WEB:deploy</AssumedRoleId>
    <Arn>arn:aws:sts::123456789012:assumed-role/web/deploy</Arn>
    </AssumedRoleUser>
    </AssumeRoleResult>
    <ResponseMetadata>
    <RequestId>…</RequestId>
    </ResponseMetadata>
    </AssumeRoleResponse>
    "#);
    assert_eq!(text(&body, "AccessKeyId").len(), 20);
}

#[test]
fn a_federated_user_gets_credentials() {
    let story = Story::calm();
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let parameters = [("Name", "bob"), ("Policy", &policy.to_string())];
    let body = story.sts("GetFederationToken", &parameters).ok();
    insta::assert_snapshot!(masked(&body), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <GetFederationTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <GetFederationTokenResult>
    <Credentials>
    <AccessKeyId>…</AccessKeyId>
    <SecretAccessKey>this/is/not/a/secret/sandbox/EXAMPLEKEY0</SecretAccessKey>
    <SessionToken>…</SessionToken>
    <Expiration>2026-01-02T00:00:00Z</Expiration>
    </Credentials>
    <FederatedUser>
    <FederatedUserId>123456789012:bob</FederatedUserId>
    <Arn>arn:aws:sts::123456789012:federated-user/bob</Arn>
    </FederatedUser>
    <PackedPolicySize>3</PackedPolicySize>
    </GetFederationTokenResult>
    <ResponseMetadata>
    <RequestId>…</RequestId>
    </ResponseMetadata>
    </GetFederationTokenResponse>
    "#);
}

#[test]
fn a_user_gets_credentials() {
    let body = Story::calm().sts("GetSessionToken", &[]).ok();
    insta::assert_snapshot!(masked(&body), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <GetSessionTokenResult>
    <Credentials>
    <AccessKeyId>…</AccessKeyId>
    <SecretAccessKey>this/is/not/a/secret/sandbox/EXAMPLEKEY0</SecretAccessKey>
    <SessionToken>…</SessionToken>
    <Expiration>2026-01-02T00:00:00Z</Expiration>
    </Credentials>
    </GetSessionTokenResult>
    <ResponseMetadata>
    <RequestId>…</RequestId>
    </ResponseMetadata>
    </GetSessionTokenResponse>
    "#);
}

/// An answer without what only a computer reads, one element a line.
fn masked(body: &str) -> String {
    let mut body = body.to_owned();
    for name in ["AccessKeyId", "SessionToken", "RequestId"] {
        body = body.replace(&text(&body, name), "…");
    }
    body.replace("><", ">\n<")
}

#[test]
fn the_trust_policy_names_who_may() {
    let refused = REFUSED.to_owned();
    let service = json!({"Service": "ec2.amazonaws.com"});
    let other = json!({"AWS": "arn:aws:iam::210987654321:root"});
    for principal in [service, other] {
        let story = trusting(&trust(principal));
        assert_eq!(story.assume("web", &[]).fault(), refused);
    }
    let named = json!({"AWS": [ACCOUNT, "210987654321"]});
    let all = [
        json!({"AWS": ACCOUNT}),
        json!({"AWS": "123456789012"}),
        json!({"AWS": CALLER}),
        json!({"AWS": "*"}),
        json!("*"),
        named,
    ];
    for principal in all {
        trusting(&trust(principal)).assume("web", &[]).ok();
    }
}

#[test]
fn a_role_that_is_not_there_is_refused_like_one_that_does_not_trust() {
    assert_eq!(Story::calm().assume("web", &[]).fault(), REFUSED);
    let story = trusting(&trust(json!({"AWS": CALLER})));
    let path = "arn:aws:iam::123456789012:role/path/web";
    let parameters = [("RoleArn", path), ("RoleSessionName", "deploy")];
    let fault = story.sts("AssumeRole", &parameters).fault();
    assert_eq!(fault, REFUSED.replace("role/web", "role/path/web"));
}

#[test]
fn conditions_of_the_trust_policy_decide() {
    let device = [
        ("SerialNumber", "arn:aws:iam::123456789012:mfa/me"),
        ("TokenCode", "123456"),
    ];
    let stories: [(Value, Parameters<'_>, bool); 12] = [
        (
            json!({"StringEquals": {"sts:ExternalId": "abc"}}),
            &[],
            false,
        ),
        (
            json!({"StringEquals": {"sts:ExternalId": "abc"}}),
            &[("ExternalId", "abd")],
            false,
        ),
        (
            json!({"StringEquals": {"sts:ExternalId": "abc"}}),
            &[("ExternalId", "abc")],
            true,
        ),
        (
            json!({"StringLike": {"sts:ExternalId": ["x", "a*"]}}),
            &[("ExternalId", "abc")],
            true,
        ),
        (
            json!({"StringLike": {"sts:RoleSessionName": "dep*"}}),
            &[],
            true,
        ),
        (
            json!({"StringLike": {"sts:RoleSessionName": "${aws:username}"}}),
            &[],
            false,
        ),
        (
            json!({"StringLike": {"sts:RoleSessionName": "${aws:username}"}}),
            &[("RoleSessionName", "sandbox")],
            true,
        ),
        (
            json!({"StringEquals": {"sts:SourceIdentity": "me"}}),
            &[("SourceIdentity", "me")],
            true,
        ),
        (
            json!({"StringEquals": {"sts:SourceIdentity": "me"}}),
            &[("SourceIdentity", "you")],
            false,
        ),
        (
            json!({"StringEquals": {"aws:PrincipalArn": CALLER}}),
            &[],
            true,
        ),
        (
            json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
            &[],
            false,
        ),
        (
            json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
            &device,
            true,
        ),
    ];
    for (condition, more, allowed) in stories {
        let name = format!("{condition} {more:?}");
        let story = trusting(&statement(json!({"AWS": ACCOUNT}), "sts:*", condition));
        let answer = story.assume("web", more);
        if allowed {
            answer.ok();
        } else {
            assert_eq!(answer.fault(), REFUSED, "{name}");
        }
    }
}

#[test]
fn an_explicit_deny_in_the_trust_policy_wins() {
    let mut trust = trust(json!({"AWS": CALLER}));
    let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": {"StringNotEquals": {"sts:ExternalId": "abc"}}});
    trust["Statement"].as_array_mut().unwrap().push(deny);
    let story = trusting(&trust);
    let end = " with an explicit deny in the role trust policy";
    assert_eq!(story.assume("web", &[]).fault(), format!("{REFUSED}{end}"));
    story.assume("web", &[("ExternalId", "abc")]).ok();
}

#[test]
fn tags_and_a_source_identity_need_actions_of_their_own() {
    let story = trusting(&statement(
        json!({"AWS": CALLER}),
        "sts:AssumeRole",
        json!({}),
    ));
    let tag = [("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "a")];
    assert_eq!(
        story.assume("web", &tag).fault(),
        REFUSED.replace("sts:AssumeRole", "sts:TagSession")
    );
    assert_eq!(
        story.assume("web", &[("SourceIdentity", "me")]).fault(),
        REFUSED.replace("sts:AssumeRole", "sts:SetSourceIdentity")
    );
}

#[test]
fn a_code_of_a_device_is_checked() {
    let story = Story::calm();
    let serial = ("SerialNumber", "arn:aws:iam::123456789012:mfa/me");
    assert_eq!(
        story.sts("GetSessionToken", &[serial]).fault(),
        "403 AccessDenied: MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
    );
    assert_eq!(
        story
            .sts("GetSessionToken", &[serial, ("TokenCode", "000000")])
            .fault(),
        "403 AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code."
    );
}

#[test]
fn sessions_last_as_long_as_asked_within_bounds() {
    let trust = trust(json!({"AWS": ACCOUNT}));
    let mut long = role("long", &trust);
    long["maxSessionDuration"] = json!(43_200);
    let story = story(json!([role("web", &trust), long]));
    let end = |role: &str, seconds: &str| {
        let answer = story.assume(role, &[("DurationSeconds", seconds)]);
        if answer.status == 200 {
            answer.get("Expiration")
        } else {
            answer.fault()
        }
    };
    assert_eq!(end("web", "900"), "2026-01-01T12:15:00Z");
    assert_eq!(end("long", "43200"), "2026-01-02T00:00:00Z");
    insta::assert_snapshot!(end("web", "899"), @"400 ValidationError: 1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900");
    insta::assert_snapshot!(end("long", "43201"), @"400 ValidationError: 1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200");
    insta::assert_snapshot!(end("web", "3601"), @"400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    let first = Keys::of(story.assume("long", &[]));
    let by = |seconds: &str| story.assume_by(&first, "long", &[("DurationSeconds", seconds)]);
    let granted = || by("3600").get("Expiration");
    assert!(
        by("3600")
            .fault()
            .contains("because no identity-based policy allows the sts:AssumeRole action")
    );
    let allow = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}"#;
    let put = [
        ("RoleName", "long"),
        ("PolicyName", "p"),
        ("PolicyDocument", allow),
    ];
    story.iam("PutRolePolicy", &put).ok();
    assert_eq!(granted(), "2026-01-01T13:00:00Z");
    insta::assert_snapshot!(by("3601").fault(), @"400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
    let token = |seconds: &str| story.sts("GetSessionToken", &[("DurationSeconds", seconds)]);
    assert_eq!(token("129600").get("Expiration"), "2026-01-03T00:00:00Z");
    insta::assert_snapshot!(token("129601").fault(), @"400 ValidationError: 1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 129600");
}

#[test]
fn names_have_their_lengths_and_letters() {
    let story = trusting(&trust(json!({"AWS": CALLER})));
    insta::assert_snapshot!(story.assume("web", &[("RoleSessionName", "x")]).fault(), @"400 ValidationError: 1 validation error detected: Value 'x' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2");
    insta::assert_snapshot!(story.assume("web", &[("RoleSessionName", "a b")]).fault(), @r"400 ValidationError: 1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*");
    insta::assert_snapshot!(story.assume("web", &[("ExternalId", "a b")]).fault(), @r"400 ValidationError: 1 validation error detected: Value 'a b' at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@:\/-]*");
    insta::assert_snapshot!(
        story
            .sts("GetFederationToken", &[("Name", &"n".repeat(33))])
            .fault(), @"400 ValidationError: 1 validation error detected: Value 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn' at 'name' failed to satisfy constraint: Member must have length less than or equal to 32");
    insta::assert_snapshot!(story.sts("AssumeRole", &[("RoleArn", &arn("web"))]).fault(), @"400 ValidationError: 1 validation error detected: Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null");
}

#[test]
fn session_policies_are_checked_and_have_little_room() {
    let story = trusting(&trust(json!({"AWS": CALLER})));
    let statement = json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]);
    let small = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    let size = story
        .assume("web", &[("Policy", &small)])
        .get("PackedPolicySize");
    assert_eq!(size, "3");
    insta::assert_snapshot!(story.assume("web", &[("Policy", "{}")]).fault(), @"400 MalformedPolicyDocument: Missing required field Statement");
    let arns = [
        ("PolicyArns.member.1.arn", "x".repeat(2000)),
        ("Policy", small),
    ];
    let arns: Vec<(&str, &str)> = arns
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    insta::assert_snapshot!(story.assume("web", &arns).fault(), @"400 PackedPolicyTooLarge: Packed policy consumes 102% of allotted space, please use smaller policy.");
}

#[test]
fn tags_and_the_source_identity_go_on_along_a_chain() {
    let trust = statement(json!({"AWS": ACCOUNT}), "sts:*", json!({}));
    let tagged =
        json!({"StringEquals": {"aws:PrincipalTag/team": "a", "aws:SourceIdentity": "me"}});
    let first = json!({"name": "first", "trustPolicy": trust, "managedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"]});
    let mut last = first.clone();
    last["name"] = json!("last");
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*", "Condition": tagged}]});
    last["managedPolicies"] = json!([]);
    last["inlinePolicies"] = json!({ "p": policy });
    let story = story(json!([first, last]));
    let tag = [
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
        ("TransitiveTagKeys.member.1", "team"),
        ("SourceIdentity", "me"),
    ];
    let keys = Keys::of(story.assume("first", &tag));
    let end = Keys::of(story.assume_by(&keys, "last", &[]));
    story.by(&end, "iam:ListRoles", &[]).ok();
    let untagged = Keys::of(story.assume("first", &tag[..2]));
    let end = Keys::of(story.assume_by(&untagged, "last", &[]));
    story.by(&end, "iam:ListRoles", &[]).fault();
    insta::assert_snapshot!(story.assume_by(&keys, "last", &tag[..2]).fault(), @"400 InvalidParameterValue: One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.");
    insta::assert_snapshot!(
        story
            .assume_by(&keys, "last", &[("SourceIdentity", "you")])
            .fault(), @"403 AccessDenied: User: arn:aws:sts::123456789012:assumed-role/first/deploy is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/last");
    insta::assert_snapshot!(story.assume("first", &tag[2..3]).fault(), @"400 InvalidParameterValue: The specified transitive tag key must be included in the requested tags.");
}

#[test]
fn a_new_role_cannot_be_assumed_at_once() {
    let mut story = Story::with(Weather::read("propagationDelay: 10s").unwrap());
    let document = trust(json!({"AWS": CALLER})).to_string();
    let create = [
        ("RoleName", "web"),
        ("AssumeRolePolicyDocument", document.as_str()),
    ];
    story.iam("CreateRole", &create).ok();
    assert_eq!(story.assume("web", &[]).fault(), REFUSED);
    story.wait(11);
    story.assume("web", &[]).ok();
}

#[test]
fn the_weather_may_deny_it() {
    let story = trusting(&trust(json!({"AWS": CALLER})));
    story.sandbox.set_weather(Weather {
        denied: vec!["sts:AssumeRole".to_owned()],
        ..Weather::calm()
    });
    assert!(
        story
            .assume("web", &[])
            .fault()
            .starts_with("403 AccessDenied")
    );
    story.sts("GetSessionToken", &[]).ok();
}

#[test]
fn the_callers_own_policies_decide_where_the_trust_is_the_accounts() {
    let mine = |statements: Value| {
        let trusts = |name, principal: &str| json!({"name": name, "trustPolicy": trust(json!({ "AWS": principal }))});
        let user = json!({"name": "sandbox", "inlinePolicies": {"p": {"Version": "2012-10-17", "Statement": statements}}});
        let seed =
            json!({"users": [user], "roles": [trusts("web", ACCOUNT), trusts("own", CALLER)]});
        let weather = Weather {
            enforce_policies: true,
            ..Weather::calm()
        };
        Story::of(Sandbox::open_with_seed(None, weather, &seed.to_string()).unwrap())
    };
    let story = mine(json!([]));
    assert_eq!(
        story.assume("web", &[]).fault(),
        format!("{REFUSED} because no identity-based policy allows the sts:AssumeRole action")
    );
    story.assume("own", &[]).ok();
    let fault = story.sts("GetFederationToken", &[("Name", "bob")]).fault();
    assert_eq!(
        fault,
        "403 AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::123456789012:federated-user/bob because no identity-based policy allows the sts:GetFederationToken action"
    );
    let allow = json!({"Effect": "Allow", "Action": "sts:*", "Resource": "*"});
    mine(json!([allow])).assume("web", &[]).ok();
    let deny = json!({"Effect": "Deny", "Action": "sts:*", "Resource": "*"});
    let fault = mine(json!([deny])).assume("own", &[]).fault();
    assert!(
        fault.ends_with("with an explicit deny in an identity-based policy"),
        "{fault}"
    );
}
