//! Stories of the grammar: given a document, everything that is said about it.

use serde_json::{Value, json};

use super::*;
use crate::diagnostic::Severity;

fn said(document: &Document, purpose: PolicyPurpose) -> String {
    let lines: Vec<String> = check(document, purpose)
        .into_iter()
        .map(|problem| {
            let PolicyProblem {
                pointer,
                code,
                severity,
                message,
                hint,
            } = problem;
            let severity = match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let hint = hint.map(|hint| format!("\n    {hint}")).unwrap_or_default();
            format!("{severity}[{code}] {pointer}: {message}{hint}")
        })
        .collect();
    lines.join("\n")
}

/// What is said about an identity policy of these statements.
fn identity(statements: &Value) -> String {
    let json = json!({"Version": "2012-10-17", "Statement": statements});
    said(&Document::from_json(json).unwrap(), PolicyPurpose::Identity)
}

/// What is said about a trust policy of these statements.
fn trust(statements: &Value) -> String {
    let json = json!({"Version": "2012-10-17", "Statement": statements});
    said(&Document::from_json(json).unwrap(), PolicyPurpose::Trust)
}

fn principals(block: &Value) -> String {
    trust(&json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": block}]))
}

fn conditions(block: &Value) -> String {
    identity(&json!([{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": block}]))
}

#[test]
fn sound_policies_are_left_in_peace() {
    assert_eq!(
        identity(&json!([
            {"Sid": "", "Effect": "Allow", "Action": ["s3:Get*", "execute-api:Invoke"], "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/${aws:username}/*"]},
            {"Sid": "", "Effect": "Deny", "NotAction": "*", "NotResource": "arn:*:iam::123456789012:role/a?c",
             "Condition": {"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a"]}, "Null": {"aws:a": false}}},
        ])),
        ""
    );
    assert_eq!(
        principals(&json!({
            "AWS": ["*", "123456789012", "arn:aws:iam::123456789012:root", "arn:aws-cn:iam::123456789012:role/a/b",
                "arn:aws:sts::123456789012:assumed-role/R/S", "arn:aws:sts::123456789012:federated-user/F"],
            "Service": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"],
            "Federated": ["arn:aws:iam::123456789012:oidc-provider/token.x.com", "cognito-identity.amazonaws.com"],
        })),
        ""
    );
    assert_eq!(principals(&json!("*")), "");
}

#[test]
fn the_frame_of_a_document() {
    let json = json!({"Verison": "2012-10-17", "Version": "2012-10-7", "Id": "x", "Statement": []});
    insta::assert_snapshot!(said(&Document::from_json(json).unwrap(), PolicyPurpose::Identity), @r"
    error[policy-unknown-element] /Verison: a policy has no element `Verison`
        did you mean `Version`?
    error[policy-prohibited-element] /Id: an identity policy must not have `Id` (IAM: Has prohibited field Id)
        remove `Id`
    error[policy-version] /Version: `2012-10-7` is no version of the policy language
        write `2012-10-17`; it names the language, not the day of your policy
    error[policy-no-statement] /Statement: `Statement` is empty
        add a statement, or leave the policy out
    ");
    insta::assert_snapshot!(said(&Document::from_json(json!({})).unwrap(), PolicyPurpose::Trust), @r"
    error[policy-no-statement] : the policy has no `Statement`
        add a list of statements
    ");
}

#[test]
fn variables_need_the_new_version() {
    let statement =
        json!({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}"});
    for version in [
        json!({"Statement": statement}),
        json!({"Version": "2008-10-17", "Statement": statement}),
    ] {
        let said = said(
            &Document::from_json(version).unwrap(),
            PolicyPurpose::Identity,
        );
        assert!(said.starts_with("warning[policy-variables]"), "{said}");
    }
}

#[test]
fn the_elements_of_a_statement() {
    insta::assert_snapshot!(identity(&json!([
        {},
        {"Effect": "allow", "Actions": "s3:*", "Action": [], "Resource": "*"},
        {"Effect": "Alow", "Action": "s3:*", "NotAction": "s3:*", "Resource": "*", "NotResource": "*"},
        {"Effect": "Permit", "Action": "s3:*", "Resource": "*", "Principal": "*", "NotPrincipal": "*"},
    ])), @r"
    error[policy-effect] /Statement/0: the statement has no `Effect`
        write `Allow` or `Deny`
    error[policy-statement] /Statement/0: the statement has neither `Action` nor `NotAction`
        add `Action`
    error[policy-statement] /Statement/0: the statement has neither `Resource` nor `NotResource`
        add `Resource`
    error[policy-unknown-element] /Statement/1/Actions: a statement has no element `Actions`
        did you mean `Action`?
    error[policy-effect] /Statement/1/Effect: `Effect` must be `Allow` or `Deny`, not `allow`
        did you mean `Allow`?
    error[policy-statement] /Statement/1/Action: `Action` is empty
    error[policy-effect] /Statement/2/Effect: `Effect` must be `Allow` or `Deny`, not `Alow`
        did you mean `Allow`?
    error[policy-statement] /Statement/2/NotAction: a statement has either `Action` or `NotAction`, not both
    error[policy-statement] /Statement/2/NotResource: a statement has either `Resource` or `NotResource`, not both
    error[policy-effect] /Statement/3/Effect: `Effect` must be `Allow` or `Deny`, not `Permit`
        write `Allow` or `Deny`
    error[policy-prohibited-element] /Statement/3/Principal: an identity policy must not have `Principal` (IAM: Has prohibited field Principal)
        remove `Principal`
    error[policy-prohibited-element] /Statement/3/NotPrincipal: an identity policy must not have `NotPrincipal` (IAM: Has prohibited field NotPrincipal)
        remove `NotPrincipal`
    ");
}

#[test]
fn trust_policies_have_principals_and_no_resources() {
    insta::assert_snapshot!(trust(&json!([
        {"Effect": "Allow", "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Principal": {}, "Resource": "*"},
        {"Effect": "Allow", "Action": "sts:*", "NotPrincipal": {"AWS": "*"}, "NotResource": "*"},
    ])), @r"
    error[policy-principal] /Statement/0: a statement of a trust policy needs a `Principal`
        for instances: `Principal: {Service: ec2.amazonaws.com}`
    error[policy-principal] /Statement/1/Principal: `Principal` names nobody
        for instances: `{Service: ec2.amazonaws.com}`
    warning[trust-action] /Statement/1/Action: a trust policy is about sts actions, and `s3:GetObject` is none
        put permissions into `inlinePolicies`; the trust policy wants `sts:AssumeRole`
    error[policy-prohibited-element] /Statement/1/Resource: a trust policy must not have `Resource` (IAM: Has prohibited field Resource)
        remove `Resource`
    error[policy-prohibited-element] /Statement/2/NotPrincipal: a trust policy must not have `NotPrincipal` (IAM: Has prohibited field NotPrincipal)
        name the principals with `Principal`
    error[policy-prohibited-element] /Statement/2/NotResource: a trust policy must not have `NotResource` (IAM: Has prohibited field NotResource)
        remove `NotResource`
    ");
}

#[test]
fn sids_are_plain_and_stand_once() {
    let with = |sid: &str| json!({"Sid": sid, "Effect": "Allow", "Action": "*", "Resource": "*"});
    insta::assert_snapshot!(identity(&json!([with("Read me"), with("A1"), with("A1"), with("--")])), @r"
    error[policy-sid] /Statement/0/Sid: the Sid `Read me` may only have the letters A-Z and a-z and digits
        write `Readme`
    error[policy-sid] /Statement/3/Sid: the Sid `--` may only have the letters A-Z and a-z and digits
    error[policy-duplicate-sid] /Statement/2/Sid: the Sid `A1` stands twice
        the first is at /Statement/1/Sid; rename one of them
    ");
}

#[test]
fn malformed_actions_and_resources() {
    insta::assert_snapshot!(identity(&json!([{
        "Effect": "Allow",
        "Action": ["s3GetObject", "s3:", "s3:Get Object", ":x", "s3:a:b"],
        "Resource": ["my-bucket", "arn:aws:s3:::", "arn:aws:*:::x", "arn:aws:s3"],
    }])), @"
    error[policy-action] /Statement/0/Action/0: the action `s3GetObject` does not begin with its service
        actions are `*` or `service:Action`, for example `s3:GetObject`
    error[policy-action] /Statement/0/Action/1: the action `s3:` lacks its service or its name
        actions are `*` or `service:Action`, for example `s3:GetObject`
    error[policy-action] /Statement/0/Action/2: `Get Object` in the action `s3:Get Object` is no action name
        actions are `*` or `service:Action`, for example `s3:GetObject`
    error[policy-action] /Statement/0/Action/3: the action `:x` lacks its service or its name
        actions are `*` or `service:Action`, for example `s3:GetObject`
    error[policy-action] /Statement/0/Action/4: `a:b` in the action `s3:a:b` is no action name
        actions are `*` or `service:Action`, for example `s3:GetObject`
    error[policy-resource] /Statement/0/Resource/0: the resource `my-bucket` is not an ARN
        resources are `*` or `arn:partition:service:region:account:resource`
    error[policy-resource] /Statement/0/Resource/2: the ARN `arn:aws:*:::x` has a wildcard where its service stands
        resources are `*` or `arn:partition:service:region:account:resource`
    error[policy-resource] /Statement/0/Resource/3: the resource `arn:aws:s3` is not an ARN
        resources are `*` or `arn:partition:service:region:account:resource`
    ");
    assert!(
        identity(&json!({"Effect": "Allow", "Action": "s3", "Resource": "*"}))
            .contains(" /Statement/Action: "),
        "a bare statement and a bare action have no index"
    );
}

#[test]
fn principals_have_types_and_shapes() {
    insta::assert_snapshot!(principals(&json!({
        "Aws": "123456789012",
        "AWS": ["12345", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:group/g", "arn:aws:s3:::b",
            "arn:aws:iam::123456789012:instance-profile/p", "arn:aws:iam::1234:role/r", "arn:aws:iam::123456789012:role/",
            "arn:aws:sts::123456789012:assumed-role/R", "AROAEXAMPLEEXAMPLE123"],
        "Service": ["ec2", "ec2.amazonaws.*", "banana", "ec2.amazonaws.con"],
        "Federated": ["arn:aws:iam::123456789012:role/r", "x"],
        "CanonicalUser": "xyz",
    })), @r"
    error[policy-principal-type] /Statement/0/Principal/Aws: `Aws` is no type of principal
        did you mean `AWS`?
    error[policy-principal] /Statement/0/Principal/AWS/0: the principal `12345` is neither an account nor an ARN of IAM or STS
        write `*`, the 12 digits of an account, or the ARN of a root, role, user or session
    error[policy-principal] /Statement/0/Principal/AWS/1: the principal `arn:aws:iam::123456789012:role/*` has a wildcard; only a whole `*` is allowed
        name every principal, or allow the account and test `aws:PrincipalArn` in a condition
    error[policy-principal] /Statement/0/Principal/AWS/2: `arn:aws:iam::123456789012:group/g` is a group, and groups are not principals
        write `*`, the 12 digits of an account, or the ARN of a root, role, user or session
    error[policy-principal] /Statement/0/Principal/AWS/3: the principal `arn:aws:s3:::b` is neither an account nor an ARN of IAM or STS
        write `*`, the 12 digits of an account, or the ARN of a root, role, user or session
    error[policy-principal] /Statement/0/Principal/AWS/4: `arn:aws:iam::123456789012:instance-profile/p` is an instance profile; the principal is its role
        write `*`, the 12 digits of an account, or the ARN of a root, role, user or session
    error[policy-principal] /Statement/0/Principal/AWS/5: the principal `arn:aws:iam::1234:role/r` lacks its partition or the 12 digits of its account
        write `*`, the 12 digits of an account, or the ARN of a root, role, user or session
    error[policy-principal] /Statement/0/Principal/AWS/6: the principal `arn:aws:iam::123456789012:role/` is no root, role, user or session
        write `*`, the 12 digits of an account, or the ARN of a root, role, user or session
    error[policy-principal] /Statement/0/Principal/AWS/7: the principal `arn:aws:sts::123456789012:assumed-role/R` is no root, role, user or session
        write `*`, the 12 digits of an account, or the ARN of a root, role, user or session
    warning[policy-dangling-principal] /Statement/0/Principal/AWS/8: the principal `AROAEXAMPLEEXAMPLE123` is the id of a role or user that was deleted
        write the ARN of the role or user instead: one that was made again has another id
    error[policy-principal] /Statement/0/Principal/Service/0: `ec2` is no service principal
        write `ec2.amazonaws.com`
    error[policy-principal] /Statement/0/Principal/Service/1: the principal `ec2.amazonaws.*` has a wildcard; only a whole `*` is allowed
        name every principal, or allow the account and test `aws:PrincipalArn` in a condition
    error[policy-principal] /Statement/0/Principal/Service/2: `banana` is no service principal
        services are named like `ec2.amazonaws.com`
    warning[unknown-service-principal] /Statement/0/Principal/Service/3: `ec2.amazonaws.con` does not look like a service of AWS
        did you mean `ec2.amazonaws.com`?
    error[policy-principal] /Statement/0/Principal/Federated/0: `arn:aws:iam::123456789012:role/r` is no identity provider
        write the ARN of a saml-provider or oidc-provider, or a host like `cognito-identity.amazonaws.com`
    error[policy-principal] /Statement/0/Principal/Federated/1: `x` is no identity provider
        write the ARN of a saml-provider or oidc-provider, or a host like `cognito-identity.amazonaws.com`
    error[policy-principal] /Statement/0/Principal/CanonicalUser: `xyz` is no canonical user id
        a canonical user id has hexadecimal digits only; in a trust policy name the account instead
    ");
}

#[test]
fn condition_operators_come_from_the_table() {
    insta::assert_snapshot!(conditions(&json!({
        "StringEqual": {"aws:a": "x"},
        "stringequals": {"aws:a": "x"},
        "ForAnyValues:StringLike": {"aws:a": "x"},
        "NullIfExists": {"aws:a": "true"},
        "Banana": {"aws:a": "x"},
        "Bool": {"SecureTransport": "true", "aws:b": []},
    })), @r"
    error[policy-condition-operator] /Statement/0/Condition/StringEqual: `StringEqual` is no condition operator
        did you mean `StringEquals`?
    error[policy-condition-operator] /Statement/0/Condition/stringequals: `stringequals` is no condition operator
        did you mean `StringEquals`?
    error[policy-condition-operator] /Statement/0/Condition/ForAnyValues:StringLike: `ForAnyValues` in `ForAnyValues:StringLike` is no set operator
        did you mean `ForAnyValue`?
    error[policy-condition-operator] /Statement/0/Condition/NullIfExists: `Null` asks whether a key exists and takes no `IfExists`
        write `Null`
    error[policy-condition-operator] /Statement/0/Condition/Banana: `Banana` is no condition operator
        operators are named like `StringEquals`, `ArnLike` or `Bool`
    error[policy-condition-key] /Statement/0/Condition/Bool/SecureTransport: the condition key `SecureTransport` does not begin with its service
        keys are named like `aws:SourceIp` or `s3:prefix`
    error[policy-condition-value] /Statement/0/Condition/Bool/aws:b: the condition key `aws:b` is compared with no value
    ");
}

#[test]
fn characters_beyond_latin_1_are_found_wherever_they_stand() {
    insta::assert_snapshot!(identity(&json!([{
        "Effect": "Allow", "Action": "*", "Resource": ["arn:aws:s3:::caf\u{e9}", "arn:aws:s3:::a\u{2014}b"],
        "Condition": {"StringEquals": {"aws:RequestTag/\u{65e5}": "\u{201c}x\u{201d}"}},
    }])), @r#"
    error[policy-characters] /Statement/0/Resource/1: the character `—` (U+2014) may not stand in a policy
        write the hyphen `-`
    error[policy-characters] /Statement/0/Condition/StringEquals/aws:RequestTag~1日: the character `日` (U+65E5) may not stand in a policy
        use characters up to U+00FF
    error[policy-characters] /Statement/0/Condition/StringEquals/aws:RequestTag~1日: the character `“` (U+201C) may not stand in a policy
        write the straight quote `"`
    "#);
}

#[test]
fn a_long_trust_policy_is_a_warning_because_the_quota_can_be_raised() {
    let services: Vec<String> = (0..100)
        .map(|number| format!("service-{number}.amazonaws.com"))
        .collect();
    let long = Document::trust_for_services(&services);
    insta::assert_snapshot!(said(&long, PolicyPurpose::Trust), @r"
    warning[trust-quota] : the trust policy has 2799 characters; the quota is 2048 unless it was raised
        shorten it, or request a higher quota for the length of trust policies
    ");
    let huge: Vec<String> = (0..5_000)
        .map(|number| format!("service-{number}.amazonaws.com"))
        .collect();
    let found = check(&Document::trust_for_services(&huge), PolicyPurpose::Trust);
    assert_eq!(found[0].severity, Severity::Error);
    assert_eq!(found[0].code, "policy-size");
}

#[test]
fn what_is_no_policy_is_told_so() {
    insta::assert_snapshot!(said(&Document::observed("oops"), PolicyPurpose::Identity), @"error[policy-shape] : this is no policy, which must be a JSON object");
}
