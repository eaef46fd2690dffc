//! The setup of the EC2 user guide: applied, read back exactly, drift found and repaired, destroyed.

use serde_json::{Value, json};

use crate::harness::{Moto, ec2_trust_policy};
use crate::product::{Product, Run};

/// A moto with one instance and the example applied to it.
struct Story {
    moto: Moto,
    product: Product,
    instance: String,
}

impl Story {
    fn begin() -> Option<Self> {
        let mut moto = Moto::start()?;
        let instance = moto.instance();
        let product = Product::on(&moto);
        Some(Self {
            moto,
            product,
            instance,
        })
    }

    fn applied() -> Option<Self> {
        let story = Self::begin()?;
        let _ = story.run("apply", &["--yes"]).code(0);
        Some(story)
    }

    fn run(&self, command: &str, more: &[&str]) -> Run {
        let instance = format!("instance={}", self.instance);
        self.product
            .run(&[&[command, "examples/s3access", "--var", &instance], more].concat())
    }

    fn plan(&self) -> Run {
        self.run("plan", &["--detailed-exitcode"])
    }

    fn iam(&mut self, call: &str, parameters: Value) {
        self.moto.boto3("iam", call, parameters);
    }

    /// Exactly what the manifests say must be there, and nothing else.
    #[track_caller]
    fn is_as_declared(&mut self) {
        assert_eq!(self.moto.read_back(), declared(&self.instance));
    }

    /// What was meddled with must be found, shown with these words, and repaired by one apply.
    #[track_caller]
    fn is_found_and_repaired(&mut self, words: &[&str]) {
        assert_ne!(
            self.moto.read_back(),
            declared(&self.instance),
            "nothing was meddled with"
        );
        let _ = self.plan().code(2).says(words);
        let _ = self.run("apply", &["--yes"]).code(0);
        self.is_as_declared();
        let _ = self.plan().code(0);
    }
}

/// The account when the example stands.
fn declared(instance: &str) -> Value {
    let tags = json!({ "Application": "s3access", "rolewright:stack": "s3access" });
    json!({
        "roles": { "s3access": {
            "path": "/",
            "description": "Lets applications on EC2 use Amazon S3",
            "maxSessionDuration": 3600,
            "permissionsBoundary": null,
            "trustPolicy": ec2_trust_policy(),
            "inlinePolicies": { "S3-Permissions": permissions() },
            "managedPolicies": [],
            "tags": tags,
        } },
        "profiles": { "s3access-profile": { "path": "/", "roles": ["s3access"], "tags": tags } },
        "associations": { instance: "s3access-profile" },
    })
}

fn permissions() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"] }],
    })
}

fn put(name: &str, document: &Value) -> Value {
    json!({ "RoleName": "s3access", "PolicyName": name, "PolicyDocument": document.to_string() })
}

#[test]
fn one_apply_makes_exactly_what_is_declared() {
    let Some(mut story) = Story::begin() else {
        return;
    };
    let _ = story
        .plan()
        .code(2)
        .says(&["Role/s3access", "InstanceProfile/s3access-profile"]);
    assert_eq!(
        story.moto.read_back()["roles"],
        json!({}),
        "a plan cannot write"
    );
    let _ = story.run("apply", &["--yes"]).code(0);
    story.is_as_declared();
    let _ = story.plan().code(0);
    let journal = std::fs::read_to_string(story.product.folder().join(".rolewright/journal.jsonl"));
    assert!(
        journal
            .expect("there is a journal")
            .contains("iam:CreateRole")
    );
}

#[test]
fn a_second_apply_sends_nothing() {
    let Some(story) = Story::applied() else {
        return;
    };
    let journal = story.product.folder().join(".rolewright/journal.jsonl");
    let before = std::fs::read_to_string(&journal).expect("there is a journal");
    let _ = story.run("apply", &["--yes"]).code(0);
    assert_eq!(
        std::fs::read_to_string(&journal).expect("there is a journal"),
        before
    );
}

#[test]
fn destroy_leaves_nothing_of_ours() {
    let Some(mut story) = Story::begin() else {
        return;
    };
    let before = story.moto.read_back();
    let _ = story.run("apply", &["--yes"]).code(0);
    let _ = story
        .run("plan", &["--destroy", "--detailed-exitcode"])
        .code(2);
    story.is_as_declared();
    let _ = story.run("destroy", &["--yes"]).code(0);
    assert_eq!(story.moto.read_back(), before);
    let _ = story.plan().code(2);
}

#[test]
fn drift_of_policies_is_found_and_repaired() {
    let Some(mut story) = Story::applied() else {
        return;
    };

    let mut wider = permissions();
    wider["Statement"][0]["Action"] = json!(["s3:*", "iam:*"]);
    story.iam("put_role_policy", put("S3-Permissions", &wider));
    story.is_found_and_repaired(&["S3-Permissions", "iam:*"]);

    story.iam("put_role_policy", put("By-Hand", &permissions()));
    story.is_found_and_repaired(&["By-Hand"]);

    story.iam(
        "delete_role_policy",
        json!({ "RoleName": "s3access", "PolicyName": "S3-Permissions" }),
    );
    story.is_found_and_repaired(&["S3-Permissions"]);

    let arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    story.iam(
        "attach_role_policy",
        json!({ "RoleName": "s3access", "PolicyArn": arn }),
    );
    story.is_found_and_repaired(&[arn]);

    let mut open = ec2_trust_policy();
    open["Statement"][0]["Principal"] = json!({ "AWS": "*" });
    let trust = json!({ "RoleName": "s3access", "PolicyDocument": open.to_string() });
    story.iam("update_assume_role_policy", trust);
    story.is_found_and_repaired(&["trustPolicy"]);
}

#[test]
fn drift_of_fields_and_tags_is_found_and_repaired() {
    let Some(mut story) = Story::applied() else {
        return;
    };

    let role =
        json!({ "RoleName": "s3access", "Description": "by hand", "MaxSessionDuration": 7200 });
    story.iam("update_role", role);
    story.is_found_and_repaired(&["by hand", "maxSessionDuration"]);

    let tags = json!([{ "Key": "Application", "Value": "by hand" }]);
    story.iam("tag_role", json!({ "RoleName": "s3access", "Tags": tags }));
    story.is_found_and_repaired(&["by hand"]);

    let profile = "s3access-profile";
    story.iam(
        "untag_instance_profile",
        json!({ "InstanceProfileName": profile, "TagKeys": ["Application"] }),
    );
    story.is_found_and_repaired(&["Application"]);
}

#[test]
fn drift_of_profile_and_association_is_found_and_repaired() {
    let Some(mut story) = Story::applied() else {
        return;
    };

    let holder = json!({ "InstanceProfileName": "s3access-profile", "RoleName": "s3access" });
    story.iam("remove_role_from_instance_profile", holder);
    story.is_found_and_repaired(&["InstanceProfile/s3access-profile", "role"]);

    let found = story.moto.boto3(
        "ec2",
        "describe_iam_instance_profile_associations",
        json!({}),
    );
    let id = &found["IamInstanceProfileAssociations"][0]["AssociationId"];
    story.moto.boto3(
        "ec2",
        "disassociate_iam_instance_profile",
        json!({ "AssociationId": id }),
    );
    story.is_found_and_repaired(&["InstanceAssociation/web"]);
}

#[test]
fn a_role_made_again_under_its_name_is_found_and_repaired() {
    let Some(mut story) = Story::applied() else {
        return;
    };
    let holder = json!({ "InstanceProfileName": "s3access-profile", "RoleName": "s3access" });
    story.iam("remove_role_from_instance_profile", holder);
    story.iam(
        "delete_role_policy",
        json!({ "RoleName": "s3access", "PolicyName": "S3-Permissions" }),
    );
    story.iam("delete_role", json!({ "RoleName": "s3access" }));
    let _ = story.plan().code(2).says(&["Role/s3access"]);

    story
        .moto
        .role("s3access", &[("rolewright:stack", "s3access")]);
    story.is_found_and_repaired(&["S3-Permissions", "InstanceProfile/s3access-profile"]);
}

#[test]
fn another_spelling_of_the_same_policy_is_no_change() {
    let Some(mut story) = Story::applied() else {
        return;
    };
    let trust = json!({
        "Statement": {
            "Action": ["sts:AssumeRole"],
            "Principal": { "Service": ["ec2.amazonaws.com"] },
            "Effect": "Allow",
        },
        "Version": "2012-10-17",
    });
    story.iam(
        "update_assume_role_policy",
        json!({ "RoleName": "s3access", "PolicyDocument": trust.to_string() }),
    );
    let spellings = [
        json!({ "Version": "2012-10-17", "Statement": { "Resource": "*", "Action": "s3:*", "Effect": "Allow" } }),
        json!({ "Statement": [{ "Effect": "Allow", "Action": ["S3:*", "s3:*"], "Resource": "*" }], "Version": "2012-10-17" }),
    ];
    for spelling in spellings {
        story.iam("put_role_policy", put("S3-Permissions", &spelling));
        let _ = story.plan().code(0);
    }
}
