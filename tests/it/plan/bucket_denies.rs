//! Statements of buckets' policies: put, changed, taken out, and never more than that.

use insta::assert_snapshot;
use rolewright::model::Facts;

use crate::support::{World, desired, observed_policy};

const DENY: &str = r#"
kind: BucketDeny
metadata: {name: DenyBob}
spec:
  bucket: reports
  principals: ["arn:aws:sts::123456789012:federated-user/Bob"]
"#;

const ADDRESS: &str = "BucketDeny/DenyBob";

/// A bucket that is there, elsewhere, with a policy that does not have the statement.
fn without_it(policy: &str) -> World {
    let mut world = World::of(&desired(DENY));
    world.unset(ADDRESS, "statement");
    fact(&mut world, "region", "eu-west-1");
    fact(&mut world, "policy-text", policy);
    world
}

fn fact(world: &mut World, name: &str, value: &str) {
    let observed = world.at(ADDRESS);
    let mut texts = observed.facts.texts();
    texts.insert(name.parse().unwrap(), value.to_owned());
    observed.facts = Facts::from_texts(texts);
}

#[test]
fn one_that_is_new_is_put_where_the_bucket_is() {
    let desired = desired(DENY);
    let world = without_it(r#"{"Version":"2012-10-17","Statement":[]}"#);
    assert_snapshot!(world.story(&desired), @"
    create BucketDeny/DenyBob !Narrowing
    0. put statement DenyBob into the policy of bucket reports
    ");
    let plan = world.plan(&desired).unwrap();
    let step = &plan.steps[0];
    assert_eq!(step.lane, "policy of bucket reports");
    assert_eq!(step.call.call().region.as_deref(), Some("eu-west-1"));
    let merge = step.merge.as_ref().unwrap();
    assert_eq!(merge.read.call().region.as_deref(), Some("eu-west-1"));
    let call = step.call.call();
    assert_eq!(
        call.parameters["ExpectedBucketOwner"],
        "123456789012".into()
    );
    assert!(
        !call
            .parameters
            .contains_key("ConfirmRemoveSelfBucketAccess")
    );
}

#[test]
fn one_that_is_there_is_compared_by_meaning() {
    let desired = desired(DENY);
    let mut world = World::of(&desired);
    assert!(world.plan(&desired).unwrap().is_empty());
    let same = r#"{"Version":"2012-10-17","Statement":[{"Sid":"DenyBob","Effect":"Deny","Principal":{"AWS":["arn:aws:sts::123456789012:federated-user/Bob"]},"Action":"S3:*","Resource":["arn:aws:s3:::reports/*","arn:aws:s3:::reports"]}]}"#;
    world.set(ADDRESS, "statement", observed_policy(same));
    assert!(world.plan(&desired).unwrap().is_empty());
    let less = same
        .replace("S3:*", "s3:PutObject")
        .replace("Bob\"]", "Rob\"]");
    world.set(ADDRESS, "statement", observed_policy(&less));
    assert_snapshot!(world.story(&desired), @r#"
    update BucketDeny/DenyBob !NewAccess
      ~ statement: {"Version":"2012-10-17","Statement":[{"Sid":"DenyBob","Effect":"Deny","Principal":{"AWS":["arn:aws:sts::123456789012:federated-user/Rob"]},"Action":"s3:PutObject","Resource":["arn:aws:s3:::reports/*","arn:aws:s3:::reports"]}]} -> {"Version":"2012-10-17","Statement":[{"Sid":"DenyBob","Effect":"Deny","Principal":{"AWS":"arn:aws:sts::123456789012:federated-user/Bob"},"Action":"s3:*","Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"]}]}
      gains: arn:aws:sts::123456789012:federated-user/Rob is no longer denied s3:PutObject on arn:aws:s3:::reports/*, arn:aws:s3:::reports
      loses: arn:aws:sts::123456789012:federated-user/Bob is now denied s3:* (180 actions, 27 of them manage permissions) on arn:aws:s3:::reports/*, arn:aws:s3:::reports
    0. put statement DenyBob into the policy of bucket reports
    "#);
}

#[test]
fn one_that_shall_go_is_taken_out_and_that_is_new_access() {
    let gone = desired(&DENY.replace("spec:", "spec:\n  ensure: absent"));
    assert_snapshot!(World::of(&desired(DENY)).story(&gone), @"
    delete BucketDeny/DenyBob !NewAccess
    0. take statement DenyBob out of the policy of bucket reports
    ");
    let not_there = without_it(r#"{"Statement":[]}"#);
    assert!(not_there.plan(&gone).unwrap().is_empty());
}

#[test]
fn a_bucket_that_is_not_there() {
    let desired = desired(DENY);
    let mut world = World::of(&desired);
    world.at(ADDRESS).attributes.clear();
    fact(&mut world, "no-bucket", "reports");
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [no-bucket] BucketDeny/DenyBob: there is no bucket `reports`
      hint: create the bucket first, or correct `bucket`
    ");
}

#[test]
fn a_policy_that_cannot_take_it() {
    let desired = desired(DENY);
    let other = format!(
        r#"{{"Sid":"Other","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/{}"}}"#,
        "x".repeat(20_200)
    );
    let large = format!(r#"{{"Version":"2012-10-17","Statement":[{other}]}}"#);
    assert_snapshot!(without_it(&large).story(&desired), @"
    a.yaml:8:18 [policy-too-large] BucketDeny/DenyBob: the policy of bucket `reports` would have 20524 bytes; S3 takes at most 20480
      hint: name fewer principals, or deny a role or user instead of its sessions
    ");
    let mut world = World::of(&desired);
    fact(
        &mut world,
        "unreadable-policy",
        "the policy has no `Statement`",
    );
    world.set(ADDRESS, "statement", observed_policy("{}"));
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [unreadable-policy] BucketDeny/DenyBob: the policy has no `Statement`
      hint: put the bucket's policy right by hand first: nothing of it is touched as it is
    ");
}

#[test]
fn variables_need_the_version_that_knows_them() {
    let own = desired(&format!(
        "{DENY}  resources: [\"arn:aws:s3:::reports/${{aws:username}}/*\"]\n"
    ));
    let old = without_it(r#"{"Version":"2008-10-17","Statement":[]}"#);
    assert_snapshot!(old.story(&own), @"
    a.yaml:8:18 [old-policy-version] BucketDeny/DenyBob: the policy of bucket `reports` has an old `Version`, in which `${…}` is plain text
      hint: set `Version: 2012-10-17` in the bucket's policy first, or do without variables
    ");
    let new = without_it(r#"{"Version":"2012-10-17","Statement":[]}"#);
    assert_eq!(new.plan(&own).unwrap().steps.len(), 1);
}

#[test]
fn a_role_of_the_stack_comes_before_its_session_is_denied() {
    let both = desired(&format!(
        "kind: Role\nmetadata: {{name: app}}\nspec: {{trustPolicy: {{services: [ec2.amazonaws.com]}}}}\n---{}",
        DENY.replace("federated-user/Bob", "assumed-role/app/i-1")
    ));
    assert_snapshot!(World::empty(&both).story(&both), @"
    create Role/app !NewAccess
    create BucketDeny/DenyBob !Narrowing
    0. create role app
    1. put statement DenyBob into the policy of bucket reports <- 0
    ");
}
