//! Stories of the plan for machines.

use serde_json::json;

use super::*;
use crate::plan::NoteKind;
use crate::render::sample::{
    change, edit, instance, link, note, plan, policy, removed, s3access, text,
};

/// A JSON object with a line for every entry.
fn entries(object: &Json) -> String {
    let entries = object.as_object().unwrap().iter();
    let lines: Vec<String> = entries
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.join("\n")
}

fn update() -> Plan {
    let before = json!([{"Sid": "A", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]);
    let after =
        json!([{"Sid": "A", "Effect": "Allow", "Action": ["s3:Get*", "s3:Put*"], "Resource": "*"}]);
    let mut role = change(Action::Update, "Role", "web", 3);
    role.edits = vec![
        edit("inlinePolicies.P", policy(before), policy(after)),
        edit("path", text("/"), text("/app/")),
        removed("role", link("web", Some("AROA1"))),
    ];
    role.reasons = vec!["so".into()];
    role.instances = vec![instance("i-0abc", "running")];
    let mut plan = plan(vec![role]);
    plan.notes = vec![note(NoteKind::Orphan, "old", "left")];
    plan
}

#[test]
fn a_plan_says_where_who_and_how_much() {
    let mut drawn = plan_json(&update());
    drawn["changes"] = json!("below");
    insta::assert_snapshot!(entries(&drawn), @r#"
    formatVersion: 1
    stack: "s3access"
    partition: "aws"
    account: "123456789012"
    region: "eu-central-1"
    caller: {"arn":"arn:aws:iam::123456789012:user/ann","account":"123456789012"}
    hasChanges: true
    counts: {"create":0,"update":1,"replace":0,"delete":0,"adopt":0,"detach":0,"keep":0}
    risks: {"cosmetic":1}
    instancesAffected: ["i-0abc"]
    changes: "below"
    rollouts: []
    notes: [{"kind":"orphan","address":"Role/old","message":"left","content":{}}]
    steps: []
    "#);
}

#[test]
fn a_change_carries_its_values_before_and_after() {
    let mut drawn = plan_json(&update())["changes"][0].take();
    let edits = drawn["edits"].take();
    insta::assert_snapshot!(entries(&drawn), @r#"
    address: "Role/web"
    kind: "Role"
    name: "web"
    member: null
    action: "update"
    place: {"file":"examples/s3access/stack.yaml","line":3,"column":3}
    references: []
    reasons: ["so"]
    edits: null
    instances: [{"id":"i-0abc","state":"running","region":null}]
    gap: null
    access: null
    risk: "cosmetic"
    alarms: []
    "#);
    insta::assert_snapshot!(entries(&edits[1]), @r#"
    path: "path"
    field: "path"
    member: null
    before: "/"
    after: "/app/"
    forcesReplacement: false
    place: null
    "#);
    insta::assert_snapshot!(entries(&edits[2]), @r#"
    path: "role"
    field: "role"
    member: null
    before: {"name":"web","id":"AROA1","target":null}
    after: null
    forcesReplacement: false
    place: null
    "#);
}

#[test]
fn a_changed_policy_carries_its_documents_and_their_differences() {
    let drawn = plan_json(&update())["changes"][0]["edits"][0].take();
    insta::assert_snapshot!(entries(&drawn), @r#"
    path: "inlinePolicies.P"
    field: "inlinePolicies"
    member: "P"
    before: {"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}
    after: {"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["s3:Get*","s3:Put*"],"Resource":"*"}]}
    forcesReplacement: false
    place: null
    policyChanges: {"version":null,"id":null,"other":{},"text":null,"statements":[{"change":"changed","parts":[{"element":"Sid","mark":"kept","members":[{"text":"A","mark":"kept"}]},{"element":"Effect","mark":"kept","members":[{"text":"Allow","mark":"kept"}]},{"element":"Action","mark":"kept","members":[{"text":"s3:Get*","mark":"kept"},{"text":"s3:Put*","mark":"added"}]},{"element":"Resource","mark":"kept","members":[{"text":"*","mark":"kept"}]}]}]}
    "#);
    insta::assert_snapshot!(entries(&drawn["policyChanges"]["statements"][0]), @r#"
    change: "changed"
    parts: [{"element":"Sid","mark":"kept","members":[{"text":"A","mark":"kept"}]},{"element":"Effect","mark":"kept","members":[{"text":"Allow","mark":"kept"}]},{"element":"Action","mark":"kept","members":[{"text":"s3:Get*","mark":"kept"},{"text":"s3:Put*","mark":"added"}]},{"element":"Resource","mark":"kept","members":[{"text":"*","mark":"kept"}]}]
    "#);
}

#[test]
fn the_frame_counts_every_action_and_lists_the_calls() {
    let drawn = plan_json(&s3access());
    assert_eq!(drawn["formatVersion"], 1);
    assert_eq!(drawn["hasChanges"], true);
    assert_eq!(
        drawn["counts"],
        json!({"create": 3, "update": 0, "replace": 0, "delete": 0, "adopt": 0, "detach": 0, "keep": 0})
    );
    assert_eq!(drawn["instancesAffected"], json!(["i-0abc"]));
    assert_eq!(
        drawn["steps"][1],
        json!({
            "id": 1,
            "address": "Role/s3access",
            "title": "put inline policy S3-Permissions",
            "needs": [0],
            "wave": null,
            "call": {"service": "iam", "action": "PutRolePolicy", "region": null, "parameters": {"RoleName": "s3access"}},
        })
    );
}

#[test]
fn parameters_are_plain_json() {
    let tag = Parameter::map([
        ("Key", "a".into()),
        ("Value", Parameter::Later("id".into())),
    ]);
    assert_eq!(
        parameter(&Parameter::List(vec![tag])),
        json!([{"Key": "a", "Value": {"later": "id"}}])
    );
}
