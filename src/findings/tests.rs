//! The table against its own examples.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{RULES, RoleSubject, RuleMatch, Severity, in_change, in_document, in_role};
use crate::model::{AccessView, AwsScope, FieldPath, Partition, PolicyView, field};
use crate::policy::{Document, PolicyPurpose, check};

const ROLE: &str = "arn:aws:iam::123456789012:role/reports";

fn scope() -> AwsScope {
    AwsScope {
        partition: Partition::Aws,
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

/// The role of an example.
struct Role {
    policies: Vec<(FieldPath, PolicyPurpose, Document)>,
    managed: Vec<FieldPath>,
    boundary: Option<(String, FieldPath)>,
    is_held: bool,
}

fn role(example: &str) -> Role {
    role_of(&serde_yaml::from_str(example).unwrap())
}

fn role_of(spec: &Value) -> Role {
    let document = |json: &Value| Document::from_json(json.clone()).unwrap();
    let trust = spec.get("trustPolicy").map(|json| {
        let document = match json["services"].as_array() {
            Some(services) => {
                let names = services.iter().map(|one| one.as_str().unwrap().to_owned());
                Document::trust_for_services(&names.collect::<Vec<_>>())
            }
            None => document(json),
        };
        (
            FieldPath::new(field::TRUST_POLICY),
            PolicyPurpose::Trust,
            document,
        )
    });
    let inline = spec["inlinePolicies"].as_object().into_iter().flatten();
    let inline = inline.map(|(name, json)| {
        let path = FieldPath::member(field::INLINE_POLICIES, name);
        (path, PolicyPurpose::Identity, document(json))
    });
    let managed = spec["managedPolicies"].as_array().into_iter().flatten();
    let managed =
        managed.map(|arn| FieldPath::member(field::MANAGED_POLICIES, arn.as_str().unwrap()));
    let boundary = spec["permissionsBoundary"].as_str();
    Role {
        policies: trust.into_iter().chain(inline).collect(),
        managed: managed.collect(),
        boundary: boundary.map(|arn| (arn.to_owned(), FieldPath::new(field::PERMISSIONS_BOUNDARY))),
        is_held: spec["instanceProfile"] == true,
    }
}

impl Role {
    fn view(&self) -> AccessView<'_> {
        let policies = self.policies.iter();
        let managed = self.managed.iter();
        let boundary = self.boundary.as_ref();
        AccessView {
            policies: policies
                .map(|(path, purpose, document)| PolicyView {
                    path,
                    purpose: *purpose,
                    document,
                })
                .collect(),
            managed: managed
                .map(|path| (path.member.as_deref().unwrap(), path))
                .collect(),
            boundary: boundary.map(|(arn, path)| (arn.as_str(), path)),
            ..AccessView::default()
        }
    }

    fn found(&self) -> Vec<(FieldPath, RuleMatch)> {
        in_role(&RoleSubject {
            access: &self.view(),
            arn: ROLE,
            held_by_profile: self.is_held,
            scope: &scope(),
        })
    }

    fn ids(&self) -> BTreeSet<&'static str> {
        let documents = self.policies.iter();
        let found =
            documents.flat_map(|(_, purpose, document)| in_document(document, *purpose, &scope()));
        let together = self.found().into_iter().map(|(_, found)| found);
        found.chain(together).map(|one| one.id).collect()
    }
}

fn ids(example: &str) -> BTreeSet<&'static str> {
    role(example).ids()
}

#[test]
fn every_bad_example_is_found_and_its_good_one_is_quiet() {
    for rule in RULES {
        let [bad_example, good_example] = rule.examples();
        let mut bad = ids(&bad_example);
        let [before, after] = [&good_example, &bad_example].map(|example| role(example));
        let change = in_change(&before.view(), &after.view());
        bad.extend(change.into_iter().map(|(_, found)| found.id));
        assert!(bad.contains(rule.id), "{}: {bad:?}", rule.id);
        let good = ids(&good_example);
        let loud = good
            .iter()
            .filter(|id| super::rule(id).unwrap().severity > Severity::Low);
        let loud: Vec<_> = loud.collect();
        assert!(
            !good.contains(rule.id) && loud.is_empty(),
            "{}: {good:?}",
            rule.id
        );
    }
}

#[test]
fn examples_are_what_iam_takes() {
    for rule in RULES {
        for example in rule.examples() {
            for (_, purpose, document) in role(&example).policies {
                assert_eq!(check(&document, purpose), [], "{}", rule.id);
            }
        }
    }
}

#[test]
fn the_table_is_sorted_and_its_prose_is_finished() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let sorted: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids, sorted.into_iter().collect::<Vec<_>>());
    for rule in RULES {
        let kebab = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-';
        assert!(rule.id.chars().all(kebab), "{}", rule.id);
        assert!(!rule.title.ends_with('.'), "{}", rule.id);
        for prose in [rule.why, rule.fix] {
            assert!(
                prose.ends_with('.') && !prose.contains("  "),
                "{}: {prose}",
                rule.id
            );
        }
    }
}

/// What is found in a trust policy of one statement: pointers, ids and messages.
fn in_trust(statement: &str) -> String {
    let statement: Value = serde_yaml::from_str(statement).unwrap();
    let json = serde_json::json!({"Version": "2012-10-17", "Statement": [statement]});
    described(json, PolicyPurpose::Trust)
}

fn described(json: Value, purpose: PolicyPurpose) -> String {
    let document = Document::from_json(json).unwrap();
    let found = in_document(&document, purpose, &scope());
    let lines = found.iter().map(|one| {
        assert!(one.pointer.is_empty() || document.json().pointer(&one.pointer).is_some());
        format!(
            "{} {}: {} ({})\n",
            one.pointer, one.id, one.message, one.fix
        )
    });
    lines.collect()
}

#[test]
fn each_principal_of_a_list_is_judged_where_it_stands() {
    insta::assert_snapshot!(in_trust(
        "{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: ['*', '123456789012', '210987654321'], Service: [ec2.amazonaws.com, ssm.amazonaws.com]}}"
    ), @r"
    /Statement/0/Principal/AWS/0 public-trust: every AWS account can assume the role (name the principals, or test `aws:PrincipalOrgID`)
    /Statement/0/Principal/AWS/2 third-party-trust-without-external-id: account 210987654321 can assume the role without an external id (test `sts:ExternalId`; in your own organization, test `aws:PrincipalOrgID`)
    /Statement/0/Principal/Service/1 confused-deputy: `ssm.amazonaws.com` can be made to assume the role by another account (test `aws:SourceAccount` or `aws:SourceArn`)
    ");
}

#[test]
fn a_condition_that_need_not_hold_narrows_nothing() {
    let public = |condition: &str| {
        let text = format!(
            "{{Effect: Allow, Action: sts:AssumeRole, Principal: '*', Condition: {condition}}}"
        );
        in_trust(&text).contains("public-trust")
    };
    assert!(!public(
        "{StringEquals: {aws:PrincipalOrgID: o-a1b2c3d4e5}}"
    ));
    assert!(!public(
        "{ArnLike: {aws:PrincipalArn: 'arn:aws:iam::123456789012:role/x'}}"
    ));
    for loose in [
        "{StringNotEquals: {aws:PrincipalOrgID: o-a1b2c3d4e5}}",
        "{StringEqualsIfExists: {aws:PrincipalOrgID: o-a1b2c3d4e5}}",
        "{StringLike: {aws:PrincipalArn: '*'}}",
        "{ArnLike: {aws:PrincipalArn: 'arn:aws:iam::*:role/x'}}",
        "{StringEquals: {sts:ExternalId: a}}",
        "{'ForAllValues:StringEquals': {aws:PrincipalOrgID: o-a1b2c3d4e5}}",
        "{'Null': {aws:PrincipalOrgID: 'true'}}",
        "{Bool: {aws:SecureTransport: 'true'}}",
    ] {
        assert!(public(loose), "{loose}");
    }
}

#[test]
fn github_must_name_an_owner_at_least() {
    let open = |subject: &str| {
        let text = format!(
            "{{Effect: Allow, Action: sts:AssumeRoleWithWebIdentity, Principal: {{Federated: \
             'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'}}, Condition: {{StringLike: \
             {{'token.actions.githubusercontent.com:sub': '{subject}'}}}}}}"
        );
        in_trust(&text).contains("github-oidc-without-sub")
    };
    assert!(open("*") && open("repo:*") && open("repo:*/shop:ref:refs/heads/main"));
    assert!(!open("repo:example/*") && !open("repo:example/shop:environment:live"));
}

/// What is found in a role whose one inline policy has these statements.
fn in_statements(statements: &str) -> String {
    let example =
        format!("inlinePolicies: {{work: {{Version: '2012-10-17', Statement: [{statements}]}}}}");
    let role = role(&example);
    let found = role.found();
    let lines = found.iter().map(|(field, one)| {
        let document = &role.policies[0].2;
        assert!(document.json().pointer(&one.pointer).is_some());
        format!("{field} {} {}: {}\n", one.pointer, one.id, one.message)
    });
    lines.collect()
}

#[test]
fn one_family_is_told_once_with_all_its_ways() {
    insta::assert_snapshot!(in_statements(
        "{Effect: Allow, Action: 'logs:*', Resource: '*'}, {Effect: Allow, Action: ['iam:*Policy', 'iam:PassRole'], Resource: '*'}, {Effect: Allow, Action: 'ec2:*', Resource: '*'}"
    ), @r"
    inlinePolicies.work /Statement/1 escalation-grant: the role can give itself any permission: `iam:AttachUserPolicy`, `iam:AttachGroupPolicy`, `iam:AttachRolePolicy` and 3 more
    inlinePolicies.work /Statement/1 escalation-trust: the role can open any other role: `iam:UpdateAssumeRolePolicy`
    inlinePolicies.work /Statement/1 escalation-pass-role: the role can start something with any other role: `iam:PassRole with ec2:RunInstances`, `iam:PassRole with ec2:AssociateIamInstanceProfile` and `iam:PassRole with ec2:ReplaceIamInstanceProfileAssociation`
    ");
}

#[test]
fn a_way_is_closed_by_what_it_needs_and_by_a_deny_of_all_of_it() {
    let allow = "{Effect: Allow, Action: 'iam:AttachRolePolicy', Resource: '*'}";
    assert!(in_statements(allow).contains("escalation-grant"));
    let closed = [
        "{Effect: Deny, Action: 'iam:Attach*', Resource: '*'}",
        "{Effect: Deny, NotAction: 's3:*', NotResource: 'arn:aws:s3:::logs'}",
    ];
    for deny in closed {
        assert_eq!(in_statements(&format!("{allow}, {deny}")), "", "{deny}");
    }
    let open = [
        "{Effect: Deny, Action: 'iam:Attach*', Resource: 'arn:aws:iam::123456789012:role/admin'}",
        "{Effect: Deny, Action: 'iam:Attach*', Resource: '*', Condition: {Bool: {aws:SecureTransport: 'false'}}}",
        "{Effect: Deny, NotAction: 'iam:*', Resource: '*'}",
    ];
    for deny in open {
        assert_ne!(in_statements(&format!("{allow}, {deny}")), "", "{deny}");
    }
}

#[test]
fn what_a_role_may_do_to_others_by_name_is_no_escalation() {
    let on = |resource: &str| {
        let text =
            format!("{{Effect: Allow, Action: 'iam:PutRolePolicy', Resource: '{resource}'}}");
        !in_statements(&text).is_empty()
    };
    assert!(on(ROLE) && on("arn:aws:iam::*:role/rep*") && on("arn:aws:iam::123456789012:role/*"));
    assert!(!on("arn:aws:iam::123456789012:role/other") && !on("arn:aws:iam::123456789012:user/*"));
    let passed = |to: &str| {
        let text = format!(
            "{{Effect: Allow, Action: ['iam:PassRole', 'ec2:RunInstances'], Resource: '*', Condition: {{StringLike: {{iam:PassedToService: '{to}'}}}}}}"
        );
        !in_statements(&text).is_empty()
    };
    assert!(passed("ec2.amazonaws.com") && passed("*") && !passed("lambda.amazonaws.com"));
}

/// What is found in a permissions policy with these statements.
fn in_policy(statements: &str) -> String {
    let statements: Value = serde_yaml::from_str(statements).unwrap();
    described(
        serde_json::json!({"Version": "2012-10-17", "Statement": statements}),
        PolicyPurpose::Identity,
    )
}

#[test]
fn names_that_do_not_exist_are_told_with_those_that_do() {
    insta::assert_snapshot!(in_policy(
        "{Effect: Allow, Action: ['s3:GetObjekt', 's3:Gett*', 'S3:getobject', 'ec3:RunInstances', '*:Tag*', 'wonderland:*'], Resource: '*', Condition: {StringEquals: {'aws:SourceVcp': x, 'saml:nothing': x, 'aws:RequestTag/a': x, 'secretsmanager:ResourceTag/a': x, 'oidc.example.com:sub': x}}}"
    ), @"
    /Statement/Action/0 unknown-action: `s3` has no action `GetObjekt` (did you mean `GetObject`?)
    /Statement/Action/1 unknown-action: `s3:Gett*` covers no action that `s3` has (write an action of `s3`)
    /Statement/Action/3 unknown-service: no service of AWS has the prefix `ec3` (did you mean `ec2`?)
    /Statement/Action/5 unknown-service: no service of AWS has the prefix `wonderland` (write the service's prefix, as in `s3:GetObject`)
    /Statement/Condition/StringEquals/aws:SourceVcp unknown-condition-key: no request carries the condition key `aws:SourceVcp` (did you mean `aws:SourceVpc`?)
    /Statement/Condition/StringEquals/saml:nothing unknown-condition-key: no request carries the condition key `saml:nothing` (did you mean `saml:cn`?)
    ");
}

#[test]
fn values_are_what_their_operators_and_keys_compare() {
    insta::assert_snapshot!(in_policy(
        "[{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {IpAddress: {'aws:SourceIp': ['203.0.113.0/33', '2001:db8::/32', '10.1.2.3', '${aws:PrincipalTag/net}', '10.0.0.0/8 ']}, \
         DateLessThan: {'aws:CurrentTime': ['2026-03', '1772323200', '2026-03-01T00:00:00+01:00', '2026-13-01', 'soon']}, ArnLike: {'aws:SourceArn': 'arn:aws:s3:::*', 'aws:username': 'x', 'kms:EncryptionContext:aws:s3:arn': 'x'}, \
         NumericLessThan: {'aws:EpochTime': '5', 'aws:SourceIp': '5'}, StringNotEqualsIfExists: {'aws:username': ['a?', '${*}', 'b']}, StringEquals: {'aws:CalledVia': x}, 'ForAllValues:StringLike': {'aws:CalledVia': x, 'aws:TagKeys': x}}}]"
    ), @r#"
    /Statement/0/Condition/ArnLike/aws:username condition-operator-type: `ArnLike` compares ARNs, and `aws:username` is text (use `StringEquals` or `StringLike`)
    /Statement/0/Condition/NumericLessThan/aws:SourceIp condition-operator-type: `NumericLessThan` compares numbers, and `aws:SourceIp` is an address (use `IpAddress` or `NotIpAddress`)
    /Statement/0/Condition/StringNotEqualsIfExists/aws:username/0 wildcard-in-equals: `StringNotEquals` compares `a?` as plain text, its wildcard included (use `StringNotLike`, or write the value out)
    /Statement/0/Condition/StringEquals/aws:CalledVia multivalued-key-without-set: a request may have several values of `aws:CalledVia`, and `StringEquals` is for one (write `ForAnyValue:StringEquals` or `ForAllValues:StringEquals`)
    /Statement/0/Condition/ForAllValues:StringLike/aws:CalledVia forallvalues-without-null: the test also holds for requests without `aws:CalledVia` (add `"Null": {"aws:CalledVia": "false"}`)
    /Statement/0/Condition/IpAddress/aws:SourceIp/0 not-an-address: `203.0.113.0/33` is neither an address nor a range of addresses (write it like `203.0.113.0/24` or `2001:db8::/32`)
    /Statement/0/Condition/IpAddress/aws:SourceIp/4 not-an-address: `10.0.0.0/8 ` is neither an address nor a range of addresses (write it like `203.0.113.0/24` or `2001:db8::/32`)
    /Statement/0/Condition/DateLessThan/aws:CurrentTime/3 not-a-date: `2026-13-01` is no date (write it like `2026-03-01T00:00:00Z`)
    /Statement/0/Condition/DateLessThan/aws:CurrentTime/4 not-a-date: `soon` is no date (write it like `2026-03-01T00:00:00Z`)
    "#);
}

#[test]
fn statements_that_say_the_same_or_less_are_described() {
    insta::assert_snapshot!(in_policy(
        "[{Sid: Wide, Effect: Allow, Action: ['s3:Get*', 's3:GETOBJECT'], Resource: '*'}, {Sid: Same, Effect: Allow, Action: ['s3:getobject', 's3:get*'], Resource: '*'}, \
         {Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/*', Condition: {Bool: {aws:SecureTransport: 'true'}}}, {Effect: Allow, Action: 'sqs:*', Resource: '*', Condition: {Bool: {aws:SecureTransport: 'true'}}}, \
         {Effect: Allow, Action: 'sqs:SendMessage', Resource: '*'}, {Effect: Allow, Action: 'sns:Publish', Resource: '*'}, {Effect: Deny, Action: ['sns:*', 'sns:Publish'], Resource: '*'}, {Effect: Allow, NotAction: 'sns:Publish', Resource: 'arn:aws:sns:*:*:x'}]"
    ), @"
    /Statement/7/NotAction allow-not-action: every action but `sns:Publish` is allowed (write an `Allow` of what is meant, or a `Deny` of what is not)
    /Statement/0/Action/1 redundant-action: `s3:GETOBJECT` is covered by `s3:Get*` (remove one of the two)
    /Statement/1/Action/0 redundant-action: `s3:getobject` is covered by `s3:get*` (remove one of the two)
    /Statement/1 duplicate-statement: the statement says the same as `Wide` (remove one of the two)
    /Statement/2 shadowed-statement: all of the statement is said by `Wide` (remove it, or narrow the wider one)
    /Statement/5 allow-denied: all that is allowed is denied by statement 7 (remove one of the two, or narrow the `Deny`)
    /Statement/6/Action/1 redundant-action: `sns:Publish` is covered by `sns:*` (remove one of the two)
    ");
}

#[test]
fn passing_roles_is_judged_by_what_is_passed_and_to_whom() {
    let ids = |statement: &str| {
        let text = in_policy(&format!("[{statement}]"));
        let lines = text
            .lines()
            .map(|line| line.split(['(', ':']).next().unwrap().to_owned());
        lines.collect::<Vec<_>>().join(" ")
    };
    let on = |rest: &str| ids(&format!("{{Effect: Allow, Action: 'iam:Pass*', {rest}}}"));
    let wide = "/Statement/0/Resource pass-role-anywhere";
    assert_eq!(on("Resource: '*'"), wide);
    assert_eq!(on("Resource: 'arn:aws:iam::123456789012:role/*'"), wide);
    assert_eq!(
        on("Resource: ['arn:aws:s3:::x', 'arn:*:iam::*:role/*']"),
        "/Statement/0/Resource/1 pass-role-anywhere"
    );
    let any = "/Statement/0 pass-role-to-any-service";
    assert_eq!(on("Resource: 'arn:aws:iam::123456789012:role/web*'"), any);
    let to = |test: &str| {
        on(&format!(
            "Resource: 'arn:aws:iam::123456789012:role/web', Condition: {{{test}}}"
        ))
    };
    assert_eq!(
        to("StringEquals: {iam:PassedToService: ec2.amazonaws.com}"),
        ""
    );
    assert_eq!(to("StringLike: {iam:PassedToService: '*'}"), any);
    assert_eq!(
        to("StringNotEquals: {iam:PassedToService: ec2.amazonaws.com}"),
        any
    );
    assert_eq!(on("Resource: 'arn:aws:s3:::x'"), "");
    assert_eq!(
        ids("{Effect: Deny, Action: 'iam:PassRole', Resource: '*'}"),
        ""
    );
}

#[test]
fn a_role_is_told_about_its_room_its_trust_and_its_managed_policies() {
    let long = |count: usize| "x".repeat(count);
    let example = format!(
        "{{trustPolicy: {{services: [lambda.amazonaws.com, {}.amazonaws.com]}}, instanceProfile: true, permissionsBoundary: 'arn:aws:iam::123456789012:policy/limit', \
         managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::123456789012:policy/own'], \
         inlinePolicies: {{a: {{Statement: {{Sid: {}, Effect: Allow, Action: 'iam:PutRolePolicy', Resource: '{ROLE}'}}}}, b: {{Statement: {{Sid: {}, Effect: Deny, Action: 's3:*', Resource: '*'}}}}}}}}",
        long(1_750),
        long(4_600),
        long(4_600)
    );
    let role = role(&example);
    let found = role.found();
    let lines = found.iter().map(|(field, one)| {
        format!(
            "{field} {} {}: {} ({})\n",
            one.pointer, one.id, one.message, one.fix
        )
    });
    insta::assert_snapshot!(lines.collect::<String>(), @"
    trustPolicy  trust-not-for-ec2: an instance profile holds the role, and no instance can assume it (let the service `ec2.amazonaws.com` do `sts:AssumeRole`)
    managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess  escalation-managed-policy: `AdministratorAccess` lets the role have every permission, unless its boundary forbids it (attach a policy that allows what is used)
    inlinePolicies.a /Statement escalation-grant: the role can give itself any permission, unless its boundary forbids it: `iam:PutRolePolicy` (name the entities, and test `iam:PolicyARN` or `iam:PermissionsBoundary`)
    inlinePolicies  near-quota: the inline policies have 9393 of 10240 characters (shorten them, or move one into a managed policy)
    trustPolicy  near-quota: the trust policy has 1899 of 2048 characters (shorten it, or request a higher quota)
    ");
}

#[test]
fn an_instance_needs_its_service_and_the_action() {
    let usable = |statement: &str| {
        let example = format!(
            "{{instanceProfile: true, trustPolicy: {{Version: '2012-10-17', Statement: {{Effect: Allow, {statement}}}}}}}"
        );
        !role(&example).ids().contains("trust-not-for-ec2")
    };
    assert!(usable(
        "Action: sts:AssumeRole, Principal: {Service: [ssm.amazonaws.com, ec2.amazonaws.com]}"
    ));
    assert!(usable(
        "Action: 'sts:*', Principal: {Service: ec2.amazonaws.com.cn}"
    ));
    assert!(usable("Action: sts:AssumeRole, Principal: {AWS: '*'}"));
    assert!(!usable(
        "Action: sts:TagSession, Principal: {Service: ec2.amazonaws.com}"
    ));
    assert!(!usable(
        "Action: sts:AssumeRole, Principal: {AWS: '123456789012'}"
    ));
}

#[test]
fn actions_of_s3_are_on_buckets_or_on_objects() {
    let has = |action: &str, resource: &str| {
        let text = format!("{{Effect: Allow, Action: '{action}', Resource: '{resource}'}}");
        !in_policy(&text).contains("resource-cannot-match")
    };
    for resource in [
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::logs*",
        "arn:aws:s3:::logs/*",
    ] {
        assert!(has("s3:GetObject", resource), "{resource}");
    }
    let point = "arn:aws:s3:eu-central-1:123456789012:accesspoint/a";
    for resource in ["*", "arn:aws:s3:::*", "arn:aws:s3:::logs", point] {
        assert!(has("s3:ListBucket", resource), "{resource}");
    }
    assert!(has("s3:GetObject", &format!("{point}/object/*")));
    assert!(has("s3:List*", "arn:aws:s3:::logs/*"));
    assert!(!has("s3:GetObject", "arn:aws:s3:::logs"));
    assert!(!has("s3:listBucket", "arn:aws:s3:::logs/*"));
    assert!(!has(
        "s3:ListBucket",
        "arn:aws:sqs:eu-central-1:123456789012:jobs"
    ));
}

#[test]
fn a_boundary_that_goes_is_told_and_one_that_comes_is_not() {
    let bare = role("{}");
    let bound = role("{permissionsBoundary: 'arn:aws:iam::123456789012:policy/limit'}");
    let other = role("{permissionsBoundary: 'arn:aws:iam::123456789012:policy/other'}");
    let messages = |before: &Role, after: &Role| {
        let found = in_change(&before.view(), &after.view()).into_iter();
        found
            .map(|(field, one)| format!("{field}: {}", one.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        messages(&bound, &bare),
        [
            "permissionsBoundary: the permissions boundary `arn:aws:iam::123456789012:policy/limit` is removed"
        ]
    );
    for (before, after) in [(&bare, &bound), (&bare, &bare), (&bound, &other)] {
        assert_eq!(messages(before, after), Vec::<String>::new());
    }
}

#[test]
fn the_examples_of_the_repository_have_nothing_above_low() {
    let files = [
        include_str!("../../examples/detach/detach.yaml"),
        include_str!("../../examples/launch/launch.yaml"),
        include_str!("../../examples/regions/regions.yaml"),
        include_str!("../../examples/rename/rename.yaml"),
        include_str!("../../examples/replace/replace.yaml"),
        include_str!("../../examples/rollout/rollout.yaml"),
        include_str!("../../examples/s3access/s3access.yaml"),
        include_str!("../../examples/stopped/stopped.yaml"),
    ];
    let mut roles = 0;
    for document in files.iter().flat_map(|text| text.split("\n---\n")) {
        let mut document: Value = serde_yaml::from_str(document).unwrap();
        if document["kind"] != "Role" {
            continue;
        }
        roles += 1;
        let spec = document["spec"].as_object_mut().unwrap();
        // The one trust policy in a file is that of EC2.
        if spec["trustPolicy"].get("file").is_some() {
            spec.remove("trustPolicy");
        }
        let found = role_of(&document["spec"]).ids();
        let mut loud = found.iter();
        let loud = loud.find(|id| super::rule(id).unwrap().severity > Severity::Low);
        assert_eq!(loud, None, "{document}");
    }
    assert!(roles > 5);
}
