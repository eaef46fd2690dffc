//! Instances that the stack launches: found by their tags, with what is declared of them.

use insta::{assert_debug_snapshot, assert_snapshot};
use rolewright::cloud::{Class, Node, ReadCall};
use rolewright::kinds::SurveyScope;
use rolewright::model::{Desired, Live, Observed, Value};

use super::{asked, associations, list, summary, survey};
use crate::support::{Script, desired, map, parameter, text};

const WEB: &str =
    "kind: Instance\nmetadata: {name: web}\nspec: {imageId: ami-1a2b3c4d, instanceType: t3.micro";

fn web(more: &str) -> Desired {
    desired(&format!("{WEB}{more}}}"))
}

fn nothing() -> Desired {
    desired("kind: Stack\nmetadata: {name: test}\nspec: {}")
}

/// An instance with tags as EC2 shows it.
fn instance(id: &str, state: &str, tags: &[(&str, &str)]) -> Node {
    let tag = |(key, value): &(&str, &str)| map([("key", text(key)), ("value", text(value))]);
    let group = |id: &str| map([("groupId", text(id)), ("groupName", text("default"))]);
    let arn = "arn:aws:iam::123456789012:instance-profile/app/p";
    map([
        ("instanceId", text(id)),
        ("imageId", text("ami-1a2b3c4d")),
        ("instanceType", text("t3.micro")),
        ("keyName", text("ops")),
        ("subnetId", text("subnet-1a2b3c4d")),
        ("launchTime", text("2026-01-01T00:00:00.000Z")),
        (
            "groupSet",
            list([group("sg-1a2b3c4d"), group("sg-1a2b3c4e")]),
        ),
        (
            "instanceState",
            map([("name", text(state)), ("code", text("16"))]),
        ),
        (
            "metadataOptions",
            map([
                ("state", text("applied")),
                ("httpTokens", text("required")),
                ("httpPutResponseHopLimit", text("2")),
                ("httpEndpoint", text("enabled")),
            ]),
        ),
        (
            "iamInstanceProfile",
            map([("arn", text(arn)), ("id", text("AIPA-p"))]),
        ),
        ("tagSet", list(tags.iter().map(tag))),
    ])
}

/// One of ours.
fn ours(id: &str, state: &str, name: &str) -> Node {
    let tags = [("rolewright:stack", "test"), ("rolewright:name", name)];
    instance(id, state, &tags)
}

/// A region with these instances, each in a reservation of its own.
fn region(instances: Vec<Node>) -> Node {
    let alone = |instance: Node| map([("instancesSet", list([instance]))]);
    let reservations = instances.into_iter().map(alone);
    map([("reservationSet", list(reservations))])
}

/// An account with these instances and nothing else.
fn account(instances: Vec<Node>) -> Script {
    Script::default()
        .on("GetAccountSummary", summary(0))
        .on(
            "GetAccountAuthorizationDetails",
            map([("RoleDetailList", list([]))]),
        )
        .on("ListRoles", map([("Roles", list([]))]))
        .on(
            "ListInstanceProfiles",
            map([("InstanceProfiles", list([]))]),
        )
        .on("DescribeIamInstanceProfileAssociations", associations([]))
        .on("DescribeInstances", region(instances))
        .with("DescribeInstanceAttribute", |call| Ok(attribute(call)))
}

fn attribute(call: &ReadCall) -> Node {
    let value = match parameter(call, "Attribute") {
        "userData" => map([("value", text("aGVs\nbG8K"))]),
        _ => map([("value", text("false"))]),
    };
    let name = match parameter(call, "Attribute") {
        "userData" => "userData",
        _ => "disableApiTermination",
    };
    map([(name, value)])
}

async fn seen(script: &Script, desired: &Desired) -> Live {
    survey(script, desired, SurveyScope::Owned).await.unwrap()
}

/// What was seen of one resource, in lines.
fn told(live: &Live, address: &str) -> String {
    let found = live.resources.iter();
    let mut found = found.filter(|(known, _)| known.to_string() == address);
    let Some((_, observed)) = found.next() else {
        return "not there".to_owned();
    };
    let Observed {
        attributes,
        id,
        owner,
        service_linked: _,
        created,
        facts,
        references,
        unknown,
    } = observed;
    assert!(references.is_empty(), "what it uses does not depend on it");
    assert!(unknown.is_empty(), "whoever asks AWS gets an answer");
    let mut lines = vec![format!("{id:?} of {owner:?} since {created:?}")];
    lines.extend(
        facts
            .texts()
            .iter()
            .map(|(name, fact)| format!("{name} = {fact}")),
    );
    lines.extend(attributes.iter().map(|(path, value)| match value {
        Value::Text(text) => format!("{path}: {text:?}"),
        Value::Link(link) => format!("{path}: {} {:?}", link.name, link.id),
        Value::Bool(flag) => format!("{path}: \"{flag}\""),
        other => format!("{path}: {other:?}"),
    }));
    lines.join("\n")
}

#[tokio::test]
async fn only_what_is_declared_is_looked_at() {
    let script = account(vec![ours("i-11111111", "running", "web")]);
    let live = seen(&script, &web("")).await;
    assert_snapshot!(told(&live, "Instance/web"), @r#"
    Some("i-11111111") of Some("test") since Some(2026-01-01T00:00:00Z)
    instance-state = running
    imageId: "ami-1a2b3c4d"
    instanceProfile: p Some("AIPA-p")
    instanceType: "t3.micro"
    metadataOptions.httpTokens: "required"
    region: "eu-central-1"
    tags.rolewright:name: "web"
    tags.rolewright:stack: "test"
    "#);
    assert_snapshot!(asked(&script), @"DescribeIamInstanceProfileAssociations 1, DescribeInstanceAttribute 1, DescribeInstances 1, GetAccountAuthorizationDetails 1, GetAccountSummary 1, ListInstanceProfiles 1, ListRoles 1");
}

#[tokio::test]
async fn what_is_declared_is_read_where_it_stands() {
    let script = account(vec![ours("i-11111111", "stopped", "web")]);
    let all = web(
        ", keyName: ops, subnetId: subnet-1a2b3c4d, securityGroupIds: [sg-1a2b3c4d], userData: x, terminationProtection: true, metadataOptions: {httpPutResponseHopLimit: 1, httpEndpoint: enabled, instanceMetadataTags: enabled}",
    );
    let live = seen(&script, &all).await;
    assert_snapshot!(told(&live, "Instance/web"), @r#"
    Some("i-11111111") of Some("test") since Some(2026-01-01T00:00:00Z)
    instance-state = stopped
    imageId: "ami-1a2b3c4d"
    instanceProfile: p Some("AIPA-p")
    instanceType: "t3.micro"
    keyName: "ops"
    metadataOptions.httpEndpoint: "enabled"
    metadataOptions.httpPutResponseHopLimit: Number(2)
    metadataOptions.httpTokens: "required"
    region: "eu-central-1"
    securityGroupIds.sg-1a2b3c4d: Present
    securityGroupIds.sg-1a2b3c4e: Present
    subnetId: "subnet-1a2b3c4d"
    tags.rolewright:name: "web"
    tags.rolewright:stack: "test"
    terminationProtection: "false"
    userData: "hello\n"
    "#);
    assert_eq!(script.counts()["DescribeInstanceAttribute"], 2);
}

#[tokio::test]
async fn a_protection_is_seen_declared_or_not() {
    for desired in [web(""), nothing()] {
        let script = account(vec![ours("i-11111111", "running", "web")]);
        let script = script.on(
            "DescribeInstanceAttribute",
            map([("disableApiTermination", map([("value", text("true"))]))]),
        );
        let live = seen(&script, &desired).await;
        let told = told(&live, "Instance/web");
        assert!(told.contains("termination-protected"), "{told}");
        assert!(!told.contains("terminationProtection"), "{told}");
    }
}

#[tokio::test]
async fn instances_of_other_stacks_and_without_a_name_are_not_ours() {
    let tags = [("rolewright:stack", "test2"), ("rolewright:name", "web")];
    let nameless = [("rolewright:stack", "test")];
    let script = account(vec![
        instance("i-11111111", "running", &tags),
        instance("i-22222222", "running", &nameless),
        instance("i-33333333", "terminated", &nameless),
    ]);
    let live = seen(&script, &web("")).await;
    assert_eq!(told(&live, "Instance/web"), "not there");
    assert_debug_snapshot!(live.blind, @r#"
    [
        "which resource instance i-22222222 is: it carries the tag `rolewright:stack` of the stack, and no `rolewright:name`",
    ]
    "#);
}

#[tokio::test]
async fn an_instance_that_goes_is_known_only_to_the_next_one() {
    let gone = || {
        vec![
            ours("i-22222222", "terminated", "web"),
            ours("i-11111111", "shutting-down", "web"),
        ]
    };
    let live = seen(&account(gone()), &web("")).await;
    assert_snapshot!(told(&live, "Instance/web"), @r#"
    None of Some("test") since None
    instance-state = shutting-down
    predecessors = i-11111111,i-22222222
    "#);
    let live = seen(&account(gone()), &nothing()).await;
    assert_eq!(told(&live, "Instance/web"), "not there");
    let mut all = gone();
    all.push(ours("i-33333333", "pending", "web"));
    let live = seen(&account(all), &web("")).await;
    assert_snapshot!(told(&live, "Instance/web"), @r#"
    Some("i-33333333") of Some("test") since Some(2026-01-01T00:00:00Z)
    instance-state = pending
    predecessors = i-11111111,i-22222222
    imageId: "ami-1a2b3c4d"
    instanceProfile: p Some("AIPA-p")
    instanceType: "t3.micro"
    metadataOptions.httpTokens: "required"
    region: "eu-central-1"
    tags.rolewright:name: "web"
    tags.rolewright:stack: "test"
    "#);
}

#[tokio::test]
async fn two_live_instances_of_one_name_are_both_told() {
    let script = account(vec![
        ours("i-22222222", "running", "web"),
        ours("i-11111111", "stopped", "web"),
        ours("i-33333333", "terminated", "web"),
    ]);
    let told = told(&seen(&script, &web("")).await, "Instance/web");
    assert!(told.contains("twins = i-11111111 and i-22222222"), "{told}");
}

#[tokio::test]
async fn a_stack_without_instances_costs_one_call_in_each_region() {
    let script = account(Vec::new());
    seen(&script, &nothing()).await;
    assert_eq!(script.counts()["DescribeInstances"], 1);
    let script = account(Vec::new());
    let elsewhere = desired(
        "kind: InstanceAssociation\nmetadata: {name: a}\nspec: {ensure: detached, region: eu-west-1, instances: {ids: [i-1a2b3c4d]}}",
    );
    seen(&script, &elsewhere).await;
    assert_eq!(
        script.counts()["DescribeInstances"],
        2 + 1,
        "one for the state of the instance"
    );
    let script = account(Vec::new());
    survey(&script, &nothing(), SurveyScope::Named)
        .await
        .unwrap();
    assert!(!script.counts().contains_key("DescribeInstances"));
}

#[tokio::test]
async fn a_stack_without_instances_can_do_without_ec2() {
    let denied = |_: &ReadCall| Err(Class::Denied);
    let script = account(Vec::new()).with("DescribeInstances", denied);
    let live = seen(&script, &nothing()).await;
    assert_debug_snapshot!(live.blind, @r#"
    [
        "instances that the stack launched: the caller may not call ec2:DescribeInstances",
    ]
    "#);
    let fault = survey(&script, &web(""), SurveyScope::Owned)
        .await
        .unwrap_err();
    assert_eq!(fault, "ec2:DescribeInstances: Code: message");
}

#[tokio::test]
async fn a_protection_that_cannot_be_seen_is_told_once() {
    let denied = |_: &ReadCall| Err(Class::Denied);
    let script = account(vec![
        ours("i-11111111", "running", "web"),
        ours("i-22222222", "running", "db"),
    ]);
    let script = script.with("DescribeInstanceAttribute", denied);
    let live = seen(&script, &web("")).await;
    assert_debug_snapshot!(live.blind, @r#"
    [
        "whether instances are protected from termination: the caller may not call ec2:DescribeInstanceAttribute",
    ]
    "#);
    let needed = web(", terminationProtection: true");
    let fault = survey(&script, &needed, SurveyScope::Owned)
        .await
        .unwrap_err();
    assert_eq!(fault, "ec2:DescribeInstanceAttribute: Code: message");
}

/// A replica may list an instance that another one does not know yet: that is no reason to replace it.
#[tokio::test]
async fn an_instance_that_is_not_known_everywhere_passes_for_what_is_declared() {
    let missing = |_: &ReadCall| Err(Class::Missing);
    let script = account(vec![ours("i-11111111", "running", "web")]);
    let script = script.with("DescribeInstanceAttribute", missing);
    let declared = web(", userData: x, terminationProtection: true");
    let live = seen(&script, &declared).await;
    let told = told(&live, "Instance/web");
    assert!(
        told.contains("userData: \"x\"\n") || told.ends_with("userData: \"x\""),
        "{told}"
    );
    assert!(told.contains("terminationProtection: \"true\""), "{told}");
    assert!(!told.contains("termination-protected"), "{told}");
}

#[tokio::test]
async fn an_instance_without_user_data_has_none() {
    let none = |call: &ReadCall| {
        let name = if parameter(call, "Attribute") == "userData" {
            "userData"
        } else {
            "disableApiTermination"
        };
        Ok(map([(name, text(""))]))
    };
    let script = account(vec![ours("i-11111111", "running", "web")]);
    let script = script.with("DescribeInstanceAttribute", none);
    let told = told(&seen(&script, &web(", userData: x")).await, "Instance/web");
    assert!(!told.contains("userData"), "{told}");
}

#[tokio::test]
async fn reading_back_asks_for_the_declared_names() {
    let script = account(vec![ours("i-11111111", "running", "web")]);
    let live = survey(&script, &web(""), SurveyScope::Named).await.unwrap();
    assert_ne!(told(&live, "Instance/web"), "not there");
    assert!(!script.counts().contains_key("DescribeInstanceAttribute"));
}
