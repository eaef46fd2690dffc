//! What no document says: it stands beside the documents, as a comment.

use insta::assert_snapshot;
use rolewright::export;
use rolewright::kinds::ExportFilter;
use rolewright::model::kind::ROLE;
use rolewright::sandbox::{Iam, World};
use serde_json::json;

use crate::draw::{OWNER_TAG, patterns};
use crate::{air, run};

async fn text(world: World, names: &[&str]) -> String {
    let mut choice = ExportFilter::default();
    choice.name(ROLE, names.iter().map(|name| (*name).to_owned()));
    let (_, manifests) = run::export(&air::sandbox(world), &choice).await;
    export::manifests(&manifests)
}

fn with_role(change: impl FnOnce(&mut rolewright::sandbox::Role)) -> World {
    let mut world = World::fresh();
    let (mut role, _) = patterns("web");
    change(&mut role);
    world.iam.roles.insert(Iam::key("web"), role);
    world
}

fn with_profile(world: &mut World, owner: Option<&str>) {
    let (_, mut profile) = patterns("web");
    profile.role = Some("web".to_owned());
    let tag = owner.map(|owner| (OWNER_TAG.to_owned(), owner.to_owned()));
    profile.tags.extend(tag);
    world.iam.instance_profiles.insert(Iam::key("web"), profile);
}

#[tokio::test]
async fn what_another_stack_owns_is_only_a_comment() {
    let mut world = with_role(|_| {});
    with_profile(&mut world, Some("another"));
    let text = text(world, &["web"]).await;
    assert_snapshot!(text, @r#"
    # yaml-language-server: $schema=manifest.schema.json
    # Instances were looked for in us-east-1 only: which ones use the profiles elsewhere is not seen.
    apiVersion: rolewright.dev/v1
    kind: Stack
    metadata:
      name: shop
    spec:
      accountId: "123456789012"
      region: us-east-1
    ---
    apiVersion: rolewright.dev/v1
    kind: Role
    metadata:
      name: web
      adopt: true
    spec:
      trustPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: ec2.amazonaws.com
            Action: sts:AssumeRole

    # Only a comment, because stack `another` owns it:
    #   apiVersion: rolewright.dev/v1
    #   kind: InstanceProfile
    #   metadata:
    #     name: web
    #   spec:
    #     role: web
    "#);
}

#[tokio::test]
async fn a_role_that_no_manifest_can_declare_is_only_a_comment() {
    let mut world = with_role(|role| {
        role.trust_policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "NotPrincipal": { "AWS": "123456789012" }, "Action": "sts:AssumeRole",
        }] })
        .to_string();
    });
    with_profile(&mut world, None);
    let text = text(world, &["web"]).await;
    assert_snapshot!(text, @r#"
    # yaml-language-server: $schema=manifest.schema.json
    # Instances were looked for in us-east-1 only: which ones use the profiles elsewhere is not seen.
    apiVersion: rolewright.dev/v1
    kind: Stack
    metadata:
      name: shop
    spec:
      accountId: "123456789012"
      region: us-east-1
    ---
    apiVersion: rolewright.dev/v1
    kind: InstanceProfile
    metadata:
      name: web
      adopt: true
    spec:
      role: arn:aws:iam::123456789012:role/web

    # Only a comment, because no manifest can declare it:
    # trustPolicy/Statement/0/NotPrincipal: a trust policy must not have `NotPrincipal` (IAM: Has prohibited field NotPrincipal)
    #   apiVersion: rolewright.dev/v1
    #   kind: Role
    #   metadata:
    #     name: web
    #     adopt: true
    #   spec:
    #     trustPolicy:
    #       Version: "2012-10-17"
    #       Statement:
    #         - Effect: Deny
    #           NotPrincipal:
    #             AWS: "123456789012"
    #           Action: sts:AssumeRole
    "#);
}

#[tokio::test]
async fn service_linked_roles_are_left_out_with_a_word() {
    let mut world = with_role(|_| {});
    let (mut linked, _) = patterns("AWSServiceRoleForX");
    linked.path = "/aws-service-role/x.amazonaws.com/".to_owned();
    world.iam.roles.insert(Iam::key(&linked.name), linked);
    let text = text(world, &["web", "awsservicerolEforX"]).await;
    assert_snapshot!(text.lines().take(3).collect::<Vec<_>>().join("\n"), @"
    # yaml-language-server: $schema=manifest.schema.json
    # Left out, because only AWS can change what is service-linked: `AWSServiceRoleForX`.
    apiVersion: rolewright.dev/v1
    ");
}

#[tokio::test]
async fn an_inline_policy_that_is_no_json_is_left_alone() {
    let world = with_role(|role| {
        let odd = "{\"Statement\": [], \"Statement\": []}".to_owned();
        role.inline_policies.insert("odd".to_owned(), odd);
    });
    let text = text(world, &["web"]).await;
    assert!(text.contains("inlinePolicyMode: additive"), "{text}");
    assert!(
        text.contains("# inline policy `odd` is no JSON object"),
        "{text}"
    );
}

#[tokio::test]
async fn a_tag_that_no_manifest_can_say_is_told() {
    let world = with_role(|role| {
        let tag = ("rolewright:name".to_owned(), "web".to_owned());
        role.tags.extend([tag]);
    });
    let text = text(world, &["web"]).await;
    let told = "# `tags.rolewright:name` is not as it is in AWS: a manifest cannot say that.\n";
    assert!(text.contains(told), "{text}");
}

#[tokio::test]
async fn a_role_that_others_trust_comes_first() {
    let mut world = with_role(|_| {});
    let (mut first, _) = patterns("app");
    first.id = "AROAYYYYYYYYYYYYYYYYY".to_owned();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "AROAOFNOBODYOFNOBODY2" }, "Action": "sts:AssumeRole",
    }] });
    first.trust_policy = trust.to_string();
    world.iam.roles.insert(Iam::key("app"), first);
    let text = text(world, &["app", "web"]).await;
    let at = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words}: {text}"))
    };
    assert!(at("name: web") < at("name: app"), "{text}");
    assert!(
        text.contains("AWS: arn:aws:iam::123456789012:role/web"),
        "{text}"
    );
}
