//! The examples about instances: applied, planned to no changes, and destroyed.

use serde_json::{Value, json};

use crate::harness::{IMAGE, Moto};
use crate::product::{Product, Run};

/// An example with its variables, on one moto server.
struct Example<'a> {
    product: Product,
    name: &'a str,
    variables: Vec<String>,
}

impl<'a> Example<'a> {
    fn new(moto: &Moto, name: &'a str) -> Self {
        Self {
            product: Product::on(moto),
            name,
            variables: Vec::new(),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        let name = format!("--var={name}=");
        self.variables
            .retain(|variable| !variable.starts_with(&name));
        self.variables.push(format!("{name}{value}"));
        self
    }

    fn run(&self, command: &[&str]) -> Run {
        let mut arguments = vec![command[0], self.name];
        arguments.extend(self.variables.iter().map(String::as_str));
        arguments.extend(&command[1..]);
        self.product.run(&arguments)
    }

    /// Applies it; then nothing is left to do.
    fn applied(&self) {
        let _ = self.run(&["apply", "--yes"]).code(0);
        let _ = self.run(&["plan", "--detailed-exitcode"]).code(0);
    }

    fn destroyed(&self) {
        let _ = self.run(&["destroy", "--yes"]).code(0);
    }
}

/// An account in which nothing of ours is left.
fn nothing() -> Value {
    json!({ "roles": {}, "profiles": {}, "associations": {} })
}

/// The names of the roles there are.
fn roles(read: &Value) -> Vec<&str> {
    let roles = read["roles"].as_object().expect("they are by name");
    roles.keys().map(String::as_str).collect()
}

#[test]
fn a_renamed_role_takes_over() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let instance = moto.instance();
    let example = Example::new(&moto, "examples/rename").with("instance", &instance);
    let first = example.with("role", "orders-v1");
    first.applied();
    assert_eq!(
        moto.read_back()["associations"],
        json!({ &instance: "orders-v1" })
    );
    let second = first.with("role", "orders-v2");
    second.applied();
    let read = moto.read_back();
    assert_eq!(read["associations"], json!({ &instance: "orders-v2" }));
    assert_eq!(roles(&read), ["orders-v2"], "the old one is gone");
    second.destroyed();
    assert_eq!(moto.read_back(), nothing());
}

#[test]
fn a_stopped_instance_gets_another_profile() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let instance = moto.instance();
    moto.boto3(
        "ec2",
        "stop_instances",
        json!({ "InstanceIds": [&instance] }),
    );
    let example = Example::new(&moto, "examples/stopped").with("instance", &instance);
    let first = example.with("profile", "nightly-v1");
    first.applied();
    let second = first.with("profile", "nightly-v2");
    second.applied();
    assert_eq!(
        moto.read_back()["associations"],
        json!({ &instance: "nightly-v2" })
    );
    second.destroyed();
    assert_eq!(moto.read_back(), nothing());
}

#[test]
fn a_fleet_is_found_by_its_tags_and_changed_in_waves() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let fleet = [(); 5].map(|()| moto.instance());
    let other = moto.instance();
    let tag = json!([{ "Key": "Fleet", "Value": "shop" }]);
    moto.boto3(
        "ec2",
        "create_tags",
        json!({ "Resources": fleet, "Tags": tag }),
    );
    let tag = json!([{ "Key": "Fleet", "Value": "shops" }]);
    moto.boto3(
        "ec2",
        "create_tags",
        json!({ "Resources": [&other], "Tags": tag }),
    );
    let example = Example::new(&moto, "examples/rollout").with("pause", "0s");
    let _ = example.run(&["plan"]).code(0).says(&["wave 3: "]);
    example.applied();
    let associations = moto.read_back()["associations"].clone();
    for instance in &fleet {
        assert_eq!(associations[instance], "shop");
    }
    assert!(associations.get(&other).is_none(), "{associations}");
    example.destroyed();
    assert_eq!(moto.read_back(), nothing());
}

#[test]
fn a_fleet_that_is_not_there_is_an_error() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let example = Example::new(&moto, "examples/rollout");
    let _ = example
        .run(&["plan"])
        .code(1)
        .says(&["no instance with Fleet=shop is running or stopped"]);
}

#[test]
fn one_role_serves_two_regions() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let (here, there) = (moto.instance(), moto.instance_in("eu-west-1"));
    let example = Example::new(&moto, "examples/regions");
    let example = example.with("source", &here).with("target", &there);
    example.applied();
    assert_eq!(
        moto.read_back()["associations"],
        json!({ &here: "replicator" })
    );
    let elsewhere = moto.read_back_in("eu-west-1");
    assert_eq!(elsewhere["associations"], json!({ &there: "replicator" }));
    example.destroyed();
    assert_eq!(moto.read_back(), nothing());
    assert_eq!(moto.read_back_in("eu-west-1"), nothing());
}

#[test]
fn an_instance_is_launched_with_its_profile() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let example = Example::new(&moto, "examples/launch").with("image", IMAGE);
    let first = example.with("profile", "web-v1");
    first.applied();
    let associations = moto.read_back()["associations"].clone();
    let launched = associations.as_object().expect("they are by instance");
    let (instance, profile) = launched.iter().next().expect("there is one");
    assert_eq!((launched.len(), profile), (1, &json!("web-v1")));
    let second = first.with("profile", "web-v2");
    second.applied();
    assert_eq!(
        moto.read_back()["associations"],
        json!({ instance: "web-v2" }),
        "the same instance"
    );
    second.destroyed();
    let read = moto.read_back();
    assert_eq!(
        (&read["roles"], &read["profiles"]),
        (&json!({}), &json!({}))
    );
    let described = moto.boto3("ec2", "describe_instances", json!({}));
    let state = &described["Reservations"][0]["Instances"][0]["State"]["Name"];
    assert_eq!(state, "terminated");
}

#[test]
fn a_user_is_granted_one_role() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    moto.boto3("iam", "create_user", json!({ "UserName": "anna" }));
    let example = Example::new(&moto, "examples/passrole-grant").with("user", "anna");
    example.applied();
    let named = json!({ "UserName": "anna", "PolicyName": "LaunchWebServers" });
    let read = moto.boto3("iam", "get_user_policy", named);
    let document = &read["PolicyDocument"];
    assert_eq!(document["Statement"][0]["Action"], "iam:PassRole");
    example.destroyed();
    let left = moto.boto3("iam", "list_user_policies", json!({ "UserName": "anna" }));
    assert_eq!(left["PolicyNames"], json!([]));
    assert_eq!(moto.read_back(), nothing());
}

#[test]
fn sessions_stay_revoked() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let example = Example::new(&moto, "examples/revoke-sessions");
    example.applied();
    let later = example.with("moment", "2026-02-01T06:30:00Z");
    later.applied();
    let named = json!({ "RoleName": "reports", "PolicyName": "AWSRevokeOlderSessions" });
    let read = moto.boto3("iam", "get_role_policy", named);
    let condition = &read["PolicyDocument"]["Statement"][0]["Condition"]["DateLessThan"];
    assert_eq!(condition["aws:TokenIssueTime"], "2026-02-01T06:30:00Z");
    later.destroyed();
    assert_eq!(moto.read_back(), nothing());
}

#[test]
fn a_federated_user_is_denied_and_a_policy_of_nothing_else_goes() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let named = json!({ "Bucket": "amzn-s3-demo-bucket" });
    moto.boto3("s3", "create_bucket", named.clone());
    let example = Example::new(&moto, "examples/deny-federated-user");
    example.applied();
    let policy = bucket_policy(&mut moto, "amzn-s3-demo-bucket");
    let statement = &policy["Statement"][0];
    assert_eq!(
        (&statement["Sid"], &statement["Effect"]),
        (&json!("DenyBob"), &json!("Deny"))
    );
    let bob = "arn:aws:sts::123456789012:federated-user/Bob";
    assert_eq!(statement["Principal"]["AWS"], bob);
    example.destroyed();
    let code = moto.refused("s3", "get_bucket_policy", named);
    assert_eq!(code, "NoSuchBucketPolicy");
}

#[test]
fn a_session_is_denied_in_another_region_and_others_statements_stay() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let place = json!({ "LocationConstraint": "eu-west-1" });
    let bucket = json!({ "Bucket": "elsewhere", "CreateBucketConfiguration": place });
    moto.boto3("s3", "create_bucket", bucket);
    let others = "{ \"Version\": \"2012-10-17\",\n  \"Statement\": { \"Sid\":\"Kept\", \"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"123456789012\"}, \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::elsewhere/*\" } }";
    let put = json!({ "Bucket": "elsewhere", "Policy": others });
    moto.boto3("s3", "put_bucket_policy", put);
    let example =
        Example::new(&moto, "examples/deny-assumed-role-session").with("bucket", "elsewhere");
    example.applied();
    let policy = bucket_policy(&mut moto, "elsewhere");
    let sids: Vec<&Value> = policy["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["Sid"])
        .collect();
    assert_eq!(sids, ["Kept", "DenyOneUploader"]);
    example.destroyed();
    let policy = bucket_policy(&mut moto, "elsewhere");
    assert_eq!(policy["Statement"].as_array().map(Vec::len), Some(1));
    assert_eq!(moto.read_back(), nothing());
}

fn bucket_policy(moto: &mut Moto, bucket: &str) -> Value {
    let read = moto.boto3("s3", "get_bucket_policy", json!({ "Bucket": bucket }));
    let text = read["Policy"].as_str().expect("it is a text");
    serde_json::from_str(text).expect("it is JSON")
}
