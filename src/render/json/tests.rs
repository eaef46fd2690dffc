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
    drawn["policyChanges"] = json!("below");
    insta::assert_snapshot!(entries(&drawn), @r#"
    formatVersion: 2
    stack: "s3access"
    setting: {"partition":"aws","account":"123456789012","region":"eu-central-1"}
    caller: {"arn":"arn:aws:iam::123456789012:user/ann","account":"123456789012"}
    changes: "below"
    rollouts: []
    notes: [{"kind":"orphan","address":"Role/old","message":"left","content":{}}]
    steps: []
    hasChanges: true
    counts: {"create":0,"update":1,"replace":0,"delete":0,"adopt":0,"detach":0,"keep":0}
    risks: {"cosmetic":1}
    instancesAffected: ["i-0abc"]
    accessChanges: []
    policyChanges: "below"
    "#);
}

#[test]
fn a_change_carries_its_values_before_and_after() {
    let mut drawn = plan_json(&update())["changes"][0].take();
    let edits = drawn["edits"].take();
    insta::assert_snapshot!(entries(&drawn), @r#"
    address: "Role/web"
    action: "update"
    place: {"file":"examples/s3access/stack.yaml","line":3,"column":3,"length":4}
    references: []
    reasons: ["so"]
    edits: null
    instances: [{"id":"i-0abc","state":"running"}]
    gap: null
    access: null
    risk: "cosmetic"
    alarms: []
    "#);
    insta::assert_snapshot!(entries(&edits[1]), @r#"
    path: "path"
    before: {"text":"/"}
    after: {"text":"/app/"}
    forcesReplacement: false
    place: null
    "#);
    insta::assert_snapshot!(entries(&edits[2]), @r#"
    path: "role"
    before: {"link":{"name":"web","id":"AROA1"}}
    after: null
    forcesReplacement: false
    place: null
    "#);
}

#[test]
fn a_changed_policy_carries_its_documents_and_its_differences_stand_beside() {
    let drawn = plan_json(&update());
    insta::assert_snapshot!(entries(&drawn["changes"][0]["edits"][0]), @r#"
    path: "inlinePolicies.P"
    before: {"policy":{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}}
    after: {"policy":{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["s3:Get*","s3:Put*"],"Resource":"*"}]}}
    forcesReplacement: false
    place: null
    "#);
    insta::assert_snapshot!(entries(&drawn["policyChanges"][0]), @r#"
    address: "Role/web"
    path: "inlinePolicies.P"
    elements: []
    statements: [{"change":"changed","parts":[{"element":"Sid","mark":"kept","members":[{"text":"A","mark":"kept"}]},{"element":"Effect","mark":"kept","members":[{"text":"Allow","mark":"kept"}]},{"element":"Action","mark":"kept","members":[{"text":"s3:Get*","mark":"kept"},{"text":"s3:Put*","mark":"added"}]},{"element":"Resource","mark":"kept","members":[{"text":"*","mark":"kept"}]}]}]
    unchanged: []
    "#);
}

#[test]
fn a_saved_plan_has_the_same_form() {
    let (plan, drawn) = (update(), plan_json(&update()));
    for (key, value) in json!(plan).as_object().unwrap() {
        assert_eq!(drawn[key], *value, "{key}");
    }
    assert_eq!(serde_json::from_value::<Plan>(drawn).unwrap(), plan);
}

#[test]
fn the_frame_counts_every_action_and_lists_the_calls() {
    let drawn = plan_json(&s3access());
    assert_eq!(drawn["formatVersion"], 2);
    assert_eq!(drawn["hasChanges"], true);
    assert_eq!(
        drawn["counts"],
        json!({"create": 3, "update": 0, "replace": 0, "delete": 0, "adopt": 0, "detach": 0, "keep": 0})
    );
    assert_eq!(drawn["instancesAffected"], json!(["i-0abc"]));
    assert_eq!(
        drawn["steps"][1]["title"],
        "put inline policy S3-Permissions"
    );
    assert_eq!(drawn["steps"][1]["call"]["action"], "PutRolePolicy");
}
