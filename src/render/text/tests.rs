//! Stories of the drawn plan: given a plan, the whole text.

use serde_json::json;

use super::*;
use crate::model::{Address, Rollout, Value, kind};
use crate::plan::{Action, Change, NoteKind, Waves};
use crate::policy::Document;
use crate::render::sample::{
    added, change, edit, instance, link, note, place, plan as plan_of, policy, removed, s3access,
    text, trust,
};

const VERBOSE: TextOptions = TextOptions {
    destroy: false,
    verbose: true,
    width: 100,
};

fn drawn(plan: &Plan) -> String {
    super::plan(plan, Style::PLAIN, TextOptions::default())
}

/// The drawing of one change, without the first and last lines.
fn one(change: Change) -> String {
    let all = drawn(&plan_of(vec![change]));
    let lines: Vec<&str> = all.lines().collect();
    lines[5..lines.len() - 2].join("\n")
}

#[test]
fn a_first_apply_shows_everything_it_makes() {
    insta::assert_snapshot!(drawn(&s3access()), @r#"
    Stack s3access in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/ann
    3 to create (+)
    Risk: 3 cosmetic
    1 instance changes its credentials

    + Role/s3access  (examples/s3access/stack.yaml:12)
        path: "/"
        maxSessionDuration: 3600
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        inlinePolicies.S3-Permissions:
          Allow s3:* on *
        managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess
        tags.rolewright:stack: "s3access"

    + InstanceProfile/s3access-profile  (examples/s3access/stack.yaml:30)
        role: s3access

    + InstanceAssociation/web[i-0abc]  (examples/s3access/stack.yaml:38)
        instanceProfile: s3access-profile
      ! changes the credentials of 1 instance: i-0abc (running)

    Apply sends 2 calls.
    Plan: 3 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    "#);
}

#[test]
fn nothing_to_do_is_said_in_one_line() {
    let kept = change(Action::Keep, "Role", "s3access", 12);
    let plan = plan_of(vec![kept]);
    insta::assert_snapshot!(drawn(&plan), @r"
    Stack s3access in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/ann

    No changes. AWS matches the manifests.

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 1 unchanged.
    ");
    insta::assert_snapshot!(super::plan(&plan, Style::PLAIN, VERBOSE), @r"
    Stack s3access in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/ann

    No changes. AWS matches the manifests.

    Unchanged
      Role/s3access

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 1 unchanged.
    ");
}

#[test]
fn one_touched_statement_of_three_is_shown_whole() {
    let read = json!({"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
    let list =
        json!({"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"});
    let write = json!({"Sid": "Write", "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::data/*",
        "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1", "aws:PrincipalTag/team": "web"}}});
    let wider = json!({"Sid": "Write", "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Resource": ["arn:aws:s3:::data/*", "arn:aws:s3:::logs/*"],
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["web", "batch"]}}});
    let mut role = change(Action::Update, "Role", "s3access", 12);
    role.edits = vec![edit(
        "inlinePolicies.S3-Permissions",
        policy(json!([read, write, list])),
        policy(json!([list, wider, read])),
    )];
    role.edits[0].place = Some(place(21));
    role.instances = vec![instance("i-0abc", "running"), instance("i-0def", "stopped")];
    insta::assert_snapshot!(drawn(&plan_of(vec![role])), @"
    Stack s3access in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/ann
    1 to update (~)
    Risk: 1 cosmetic
    2 instances change their credentials

    ~ Role/s3access  (examples/s3access/stack.yaml:12)
      ~ inlinePolicies.S3-Permissions:  (examples/s3access/stack.yaml:21)
          ~ Write: Allow
                Action:
                    s3:PutObject
                  + s3:PutObjectAcl
                  - s3:DeleteObject
                Resource:
                    arn:aws:s3:::data/*
                  + arn:aws:s3:::logs/*
                Condition StringEquals aws:PrincipalTag/team:
                    web
                  + batch
              - Condition StringEquals aws:SourceVpc: vpc-1
            2 statements unchanged
      ! changes the credentials of 2 instances: i-0abc (running), i-0def (stopped)

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    ");
}

#[test]
fn statements_come_go_and_change_their_name_or_effect() {
    let before = json!([
        {"Sid": "Old", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
    ]);
    let after = json!([
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "NotAction": "ec2:*", "NotResource": "arn:aws:ec2:*:*:instance/i-1", "Principal": "*"},
    ]);
    let mut role = change(Action::Update, "Role", "web", 3);
    role.edits = vec![edit("inlinePolicies.P", policy(before), policy(after))];
    insta::assert_snapshot!(one(role), @r"
    ~ Role/web  (examples/s3access/stack.yaml:3)
      ~ inlinePolicies.P:
          ~ Old -> (none): Allow -> Deny
                Action: s3:*
                Resource: *
          + Allow NotAction ec2:* on NotResource arn:aws:ec2:*:*:instance/i-1
              Principal: *
          - Allow iam:PassRole on *
    ");
}

#[test]
fn a_wide_statement_gets_a_line_for_every_member() {
    let actions: Vec<String> = (1..=9)
        .map(|number| format!("service{number}:DescribeThings"))
        .collect();
    let statement = json!([{"Effect": "Allow", "Action": actions, "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": true}}}]);
    let mut role = change(Action::Update, "Role", "web", 3);
    role.edits = vec![added("inlinePolicies.Wide", policy(statement))];
    insta::assert_snapshot!(one(role), @r"
    ~ Role/web  (examples/s3access/stack.yaml:3)
      + inlinePolicies.Wide:
          Allow
            Action:
              service1:DescribeThings
              service2:DescribeThings
              service3:DescribeThings
              service4:DescribeThings
              service5:DescribeThings
              service6:DescribeThings
              service7:DescribeThings
              service8:DescribeThings
              service9:DescribeThings
            Resource: *
            Condition Bool aws:SecureTransport: true
    ");
}

#[test]
fn fields_of_every_kind_say_how_they_change() {
    let mut role = change(Action::Update, "Role", "web", 3);
    role.edits = vec![
        removed("description", text("say \"hi\"\u{1b}[31m")),
        edit(
            "maxSessionDuration",
            Value::Number(3600),
            Value::Number(7200),
        ),
        removed("managedPolicies.arn:aws:iam::aws:policy/A", Value::Present),
        added("managedPolicies.arn:aws:iam::aws:policy/B", Value::Present),
        edit("permissionsBoundary", link("one", None), link("two", None)),
        edit("role", link("web", Some("AROAOLD")), link("web", None)),
        edit(
            "trustPolicy",
            trust(),
            Value::Policy(Document::observed("oops")),
        ),
    ];
    insta::assert_snapshot!(one(role), @r#"
    ~ Role/web  (examples/s3access/stack.yaml:3)
      - description: "say \"hi\"\u001b[31m"
      ~ maxSessionDuration: 3600 -> 7200
      - managedPolicies.arn:aws:iam::aws:policy/A
      + managedPolicies.arn:aws:iam::aws:policy/B
      ~ permissionsBoundary: one -> two
      ~ role: web (AROAOLD) -> web (a new one)
      ~ trustPolicy:
          - Allow sts:AssumeRole
              Principal Service: ec2.amazonaws.com
          + not a policy: oops
    "#);
}

#[test]
fn long_texts_are_compared_line_by_line() {
    let mut role = change(Action::Update, "Instance", "web", 3);
    let script = |port: &str| text(&format!("#!/bin/sh\nset -e\nserve --port {port}\n"));
    role.edits = vec![
        edit("userData", script("80"), script("8080")),
        added("description", text("one\ntwo\n")),
    ];
    insta::assert_snapshot!(one(role), @r"
    ~ Instance/web  (examples/s3access/stack.yaml:3)
      ~ userData:
            @@ -1,3 +1,3 @@
            #!/bin/sh
            set -e
          - serve --port 80
          + serve --port 8080
      + description:
          one
          two
    ");
}

#[test]
fn a_replacement_says_why_and_whom_it_hits() {
    let mut role = change(Action::Replace, "Role", "s3access", 12);
    role.edits = vec![edit("path", text("/"), text("/app/"))];
    role.edits[0].forces_replacement = true;
    role.edits[0].place = Some(place(14));
    role.reasons = vec!["AWS cannot change the path of a role".into()];
    role.instances = (0..12)
        .map(|number| instance(&format!("i-{number:02}"), "running"))
        .collect();
    insta::assert_snapshot!(drawn(&plan_of(vec![role])), @r#"
    Stack s3access in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/ann
    1 to replace (-/+)
    Risk: 1 cosmetic
    12 instances change their credentials

    -/+ Role/s3access  (examples/s3access/stack.yaml:12)
        because AWS cannot change the path of a role
      ~ path: "/" -> "/app/"  (forces replacement)  (examples/s3access/stack.yaml:14)
      ! changes the credentials of 12 instances: i-00 (running), i-01 (running), i-02 (running), i-03 (running), i-04 (running), i-05 (running), i-06 (running), i-07 (running), i-08 (running), i-09 (running) and 2 more

    Plan: 0 to create, 0 to update, 1 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    "#);
}

#[test]
fn destructive_changes_come_first_whatever_the_order_of_the_graph() {
    let actions = [
        (Action::Create, "Role", "new"),
        (Action::Adopt, "Role", "found"),
        (Action::Update, "Role", "changed"),
        (Action::Detach, "InstanceAssociation", "web"),
        (Action::Replace, "Role", "moved"),
        (Action::Delete, "Role", "gone"),
        (Action::Keep, "Role", "kept"),
    ];
    let changes = actions.map(|(action, kind, name)| change(action, kind, name, 1));
    insta::assert_snapshot!(drawn(&plan_of(changes.into())), @"
    Stack s3access in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/ann
    1 to create (+), 1 to update (~), 1 to replace (-/+), 1 to delete (-), 1 to adopt (>), 1 to detach (x)
    Risk: 6 cosmetic
    No instance changes its credentials

    - Role/gone  (examples/s3access/stack.yaml:1)

    -/+ Role/moved  (examples/s3access/stack.yaml:1)

    x InstanceAssociation/web  (examples/s3access/stack.yaml:1)

    ~ Role/changed  (examples/s3access/stack.yaml:1)

    + Role/new  (examples/s3access/stack.yaml:1)

    > Role/found  (examples/s3access/stack.yaml:1)

    Plan: 1 to create, 1 to update, 1 to replace, 1 to delete, 1 to adopt, 1 to detach, 1 unchanged.
    ");
}

#[test]
fn a_deletion_shows_what_is_lost() {
    let mut role = change(Action::Delete, "Role", "old", 1);
    role.place = None;
    role.reasons = vec!["it is no longer declared".into()];
    role.edits = vec![
        removed("trustPolicy", trust()),
        removed(
            "inlinePolicies.Secret",
            policy(json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}])),
        ),
    ];
    let mut association = change(Action::Detach, "InstanceAssociation", "web", 9);
    association.address = Address::new(kind::INSTANCE_ASSOCIATION, "web").member("i-0abc");
    association.edits = vec![removed("instanceProfile", link("old-profile", None))];
    association.instances = vec![instance("i-0abc", "running")];
    insta::assert_snapshot!(drawn(&plan_of(vec![role, association])), @"
    Stack s3access in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/ann
    1 to delete (-), 1 to detach (x)
    Risk: 2 cosmetic
    1 instance changes its credentials

    - Role/old
        because it is no longer declared
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        inlinePolicies.Secret:
          Allow s3:* on *

    x InstanceAssociation/web[i-0abc]  (examples/s3access/stack.yaml:9)
        instanceProfile: old-profile
      ! changes the credentials of 1 instance: i-0abc (running)

    Plan: 0 to create, 0 to update, 0 to replace, 1 to delete, 0 to adopt, 1 to detach, 0 unchanged.
    ");
}

#[test]
fn notes_follow_the_changes_with_their_content() {
    let mut plan = plan_of(vec![change(Action::Adopt, "Role", "web", 3)]);
    let mut undeclared = note(
        NoteKind::Undeclared,
        "web",
        "inline policy Extra is not declared",
    );
    let extra = policy(json!([{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]));
    undeclared.content.insert("Extra".into(), extra);
    let mut blind = note(
        NoteKind::Blind,
        "web",
        "iam:GetAccountSummary was denied, so quotas are not checked",
    );
    blind.address = None;
    plan.notes = vec![
        blind,
        undeclared,
        note(
            NoteKind::Orphan,
            "old",
            "it is tagged as ours and no longer declared",
        ),
        note(
            NoteKind::Warning,
            "web",
            "the trust policy names a deleted role",
        ),
    ];
    insta::assert_snapshot!(drawn(&plan), @"
    Stack s3access in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/ann
    1 to adopt (>)
    Risk: 1 cosmetic
    No instance changes its credentials

    > Role/web  (examples/s3access/stack.yaml:3)

    Warnings
    ! Role/web: the trust policy names a deleted role

    Not declared, and left alone
    ! Role/web: inline policy Extra is not declared
        Extra:
          Allow iam:* on *

    Ours, no longer declared, and left alone
    ! Role/old: it is tagged as ours and no longer declared

    Not looked at
    ! iam:GetAccountSummary was denied, so quotas are not checked

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 1 to adopt, 0 to detach, 0 unchanged.
    ");
}

#[test]
fn odd_documents_are_shown_as_they_are() {
    let odd = r#"{"Id":"x","New":[1],"Statement":[{"Action":[],"Effect":"Allow"},{"Sid":"S","Extra":{"b":1}}]}"#;
    let mut role = change(Action::Create, "Role", "web", 3);
    role.edits = vec![
        added("inlinePolicies.A", Value::Policy(Document::observed(odd))),
        added("inlinePolicies.B", Value::Policy(Document::observed("{}"))),
        added(
            "inlinePolicies.C",
            Value::Policy(Document::observed("oops")),
        ),
        edit(
            "inlinePolicies.D",
            Value::Policy(Document::observed("{}")),
            Value::Policy(Document::observed(odd)),
        ),
    ];
    insta::assert_snapshot!(one(role), @r#"
    + Role/web  (examples/s3access/stack.yaml:3)
        inlinePolicies.A:
          Version: (none)
          Id: x
          New: [1]
          Allow
            Action: (empty)
          S: (no Effect)
            Extra: {"b":1}
        inlinePolicies.B:
          Version: (none)
          no statements
        inlinePolicies.C:
          not a policy: oops
      ~ inlinePolicies.D:
          ~ Id: (none) -> x
          ~ New: (none) -> [1]
          + Allow
              Action: (empty)
          + S: (no Effect)
              Extra: {"b":1}
    "#);
}

#[test]
fn verbose_names_the_calls_of_every_change() {
    let all = super::plan(&s3access(), Style::PLAIN, VERBOSE);
    let calls: Vec<&str> = all
        .lines()
        .filter(|line| line.contains("sends iam:"))
        .collect();
    assert_eq!(
        calls,
        [
            "    sends iam:CreateRole: create role s3access",
            "    sends iam:PutRolePolicy: put inline policy S3-Permissions",
        ]
    );
}

#[test]
fn colour_adds_nothing_but_colour() {
    let mut plan = s3access();
    plan.notes = vec![note(NoteKind::Warning, "web", "mind this")];
    let colored = super::plan(&plan, Style::COLOR, VERBOSE);
    assert!(colored.contains('\u{1b}'));
    assert_eq!(
        without_colour(&colored),
        super::plan(&plan, Style::PLAIN, VERBOSE)
    );
}

#[test]
fn no_line_ends_in_blanks_and_the_text_ends_with_a_line_break() {
    let all = super::plan(&s3access(), Style::PLAIN, VERBOSE);
    assert!(all.lines().all(|line| line == line.trim_end()));
    assert!(all.ends_with(".\n"));
}

fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split('\u{1b}');
    plain.push_str(parts.next().unwrap());
    for part in parts {
        let (_, rest) = part.split_once('m').unwrap();
        plain.push_str(rest);
    }
    plain
}

/// Twelve instances of a document, all but one of which get the same profile.
fn rollout() -> Plan {
    let member = |number: usize| {
        let mut association = change(Action::Update, "InstanceAssociation", "web", 38);
        let id = format!("i-{number:02}");
        association.address = association.address.member(&id);
        let before = if number == 12 { "other" } else { "blue" };
        association.edits = vec![edit(
            "instanceProfile",
            link(before, None),
            link("green", None),
        )];
        association.instances = vec![instance(&id, "running")];
        association
    };
    let changes: Vec<Change> = (1..=12).map(member).collect();
    let members: Vec<Address> = changes.iter().map(|one| one.address.clone()).collect();
    let mut plan = plan_of(changes);
    plan.rollouts = vec![Waves {
        address: Address::new(kind::INSTANCE_ASSOCIATION, "web"),
        rollout: Rollout {
            max_in_flight: 5,
            pause_between: 30,
            abort_on_failures: 1,
        },
        waves: members.chunks(5).map(<[Address]>::to_vec).collect(),
    }];
    plan
}

#[test]
fn instances_that_change_alike_are_one_and_their_waves_are_listed() {
    insta::assert_snapshot!(drawn(&rollout()), @"
    Stack s3access in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/ann
    12 to update (~)
    Risk: 12 cosmetic
    12 instances change their credentials

    ~ InstanceAssociation/web[11 instances]  (examples/s3access/stack.yaml:38)
      ~ instanceProfile: blue -> green
      ! changes the credentials of 11 instances: i-01 (running), i-02 (running), i-03 (running), i-04 (running), i-05 (running), i-06 (running), i-07 (running), i-08 (running), i-09 (running), i-10 (running) and 1 more

    ~ InstanceAssociation/web[i-12]  (examples/s3access/stack.yaml:38)
      ~ instanceProfile: other -> green
      ! changes the credentials of 1 instance: i-12 (running)

    Rollout of InstanceAssociation/web
      12 instances in 3 waves of at most 5, 30 s between; no further wave after 1 failure
      wave 1: i-01, i-02, i-03, i-04, i-05
      wave 2: i-06, i-07, i-08, i-09, i-10
      wave 3: i-11, i-12

    Plan: 0 to create, 12 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    ");
}

#[test]
fn of_many_waves_the_first_ones_are_listed() {
    let mut plan = rollout();
    let all: Vec<Address> = plan.rollouts[0].waves.concat();
    plan.rollouts[0].waves = all.into_iter().map(|one| vec![one]).collect();
    plan.rollouts[0].rollout.max_in_flight = 1;
    plan.rollouts[0].rollout.pause_between = 0;
    let text = drawn(&plan);
    let (_, section) = text.split_once("Rollout of").expect("it is there");
    insta::assert_snapshot!(section, @"
     InstanceAssociation/web
      12 instances in 12 waves of at most 1; no further wave after 1 failure
      wave 1: i-01
      wave 2: i-02
      wave 3: i-03
      wave 4: i-04
      wave 5: i-05
      wave 6: i-06
      wave 7: i-07
      wave 8: i-08
      wave 9: i-09
      wave 10: i-10
      and 2 more; `--verbose` lists them all

    Plan: 0 to create, 12 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    ");
}
