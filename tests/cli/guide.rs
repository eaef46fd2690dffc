//! The AWS CLI commands of the EC2 user guide, argument by argument, against the sandbox; and what a plan makes of what they
//! did. Needs Python, as the moto suite does.

use std::process::{Command, Output};

use insta::assert_snapshot;
use serde_json::Value;

use crate::python;
use crate::support::{Serving, Stage};

/// A world in which the guide's profiles, instances and the association of its examples are there already.
const WORLD: &str = "
roles: [{ name: TestRole-1 }, { name: TestRole-2 }]
instanceProfiles: [{ name: TestRole-1, role: TestRole-1 }, { name: TestRole-2, role: TestRole-2 }]
instances:
  - { id: i-1234567890abcdef0 }
  - { id: i-087711ddaf98f9489, association: { id: iip-assoc-0044d817db6c0a4ba, instanceProfile: TestRole-1 } }
";

/// A reader of the guide: a terminal with the AWS CLI, a folder, and a sandbox behind the endpoint.
struct Reader {
    stage: Stage,
    serving: Serving,
    python: &'static std::path::Path,
}

impl Reader {
    /// `None` when the suite is skipped.
    fn on(seed: Option<&str>) -> Option<Self> {
        let python = python::interpreter()?;
        let mut stage = Stage::with_example("s3access");
        if let Some(seed) = seed {
            stage.seed(seed);
        }
        let serving = Serving::of(&stage);
        for (name, value) in &serving.variables {
            stage.set(name, value);
        }
        Some(Self {
            stage,
            serving,
            python,
        })
    }

    fn run(&self, line: &str) -> Output {
        let words = line
            .split_whitespace()
            .skip(1)
            .map(|word| word.replace('"', ""));
        Command::new(self.python)
            .args(["-m", "awscli"])
            .args(words)
            .current_dir(self.stage.path("s3access"))
            .env_clear()
            .env("HOME", self.stage.path(""))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_PAGER", "")
            .envs(
                self.serving
                    .variables
                    .iter()
                    .map(|(name, value)| (name, value)),
            )
            .output()
            .expect("python starts")
    }

    /// Types a command that has to succeed; gives its answer.
    #[track_caller]
    fn aws(&self, line: &str) -> Value {
        let Output {
            status,
            stdout,
            stderr,
        } = self.run(line);
        assert!(
            status.success(),
            "{line}\n{}",
            String::from_utf8_lossy(&stderr)
        );
        if stdout.iter().all(u8::is_ascii_whitespace) {
            return Value::Null;
        }
        serde_json::from_slice(&stdout).expect("the AWS CLI answers in JSON")
    }

    /// Types a command that has to fail; gives what it says.
    #[track_caller]
    fn aws_refuses(&self, line: &str) -> String {
        let Output {
            status,
            stdout: _,
            stderr,
        } = self.run(line);
        assert!(!status.success(), "{line}");
        String::from_utf8_lossy(&stderr).trim().to_owned()
    }
}

fn makes_s3access(reader: &Reader) {
    reader.stage.write(
        "s3access/ec2-role-access-policy.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}]}"#,
    );
    let role = reader.aws("aws iam create-role --role-name s3access --assume-role-policy-document file://ec2-role-trust-policy.json");
    assert_eq!(
        role["Role"]["Arn"],
        "arn:aws:iam::123456789012:role/s3access"
    );
    reader.aws("aws iam put-role-policy --role-name s3access --policy-name S3-Permissions --policy-document file://ec2-role-access-policy.json");
    let profile =
        reader.aws("aws iam create-instance-profile --instance-profile-name s3access-profile");
    assert_eq!(
        profile["InstanceProfile"]["Roles"],
        Value::Array(Vec::new())
    );
    reader.aws("aws iam add-role-to-instance-profile --instance-profile-name s3access-profile --role-name s3access");
}

#[test]
fn the_guides_setup_is_typed_and_then_adopted() {
    let Some(reader) = Reader::on(None) else {
        return;
    };
    makes_s3access(&reader);
    let launched = reader.aws(
        "aws ec2 run-instances --image-id ami-11aa22bb --iam-instance-profile Name=\"s3access-profile\" --key-name my-key-pair --security-groups my-security-group --subnet-id subnet-1a2b3c4d",
    );
    let id = launched["Instances"][0]["InstanceId"]
        .as_str()
        .expect("instances have ids");
    let variable = format!("instance={id}");
    let plan = |more: &[&str]| {
        let arguments = [
            "plan",
            "s3access",
            "--detailed-exitcode",
            "--var",
            &variable,
        ];
        reader.stage.run(&[&arguments[..], more].concat())
    };

    assert_snapshot!(plan(&[]).complains_with(1), @"
    error[not-owned]

      x Role/s3access exists already and belongs to no stack
        ,-[s3access/s3access.yaml:14:9]
     13 | metadata:
     14 |   name: s3access
        :         ^^^^^^^^
     15 | spec:
        `----
      help: to take it over set `metadata.adopt: true` or pass `--adopt KIND/NAME`; the first run then
            only tags it

    error[not-owned]

      x InstanceProfile/s3access-profile exists already and belongs to no stack
        ,-[s3access/s3access.yaml:30:9]
     29 | metadata:
     30 |   name: s3access-profile
        :         ^^^^^^^^^^^^^^^^
     31 | spec:
        `----
      help: to take it over set `metadata.adopt: true` or pass `--adopt KIND/NAME`; the first run then
            only tags it

    2 errors
    ");
    let adopting = plan(&[
        "--adopt=Role/s3access",
        "--adopt=InstanceProfile/s3access-profile",
    ]);
    let adopting = adopting.ends_with(2).replace(id, "[instance]");
    assert_snapshot!(adopting, @r#"
    Not AWS but http://[address]/
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    2 to adopt (>)
    Risk: 2 cosmetic
    No instance changes its credentials

    > Role/s3access  (s3access/s3access.yaml:14)
        because only the ownership tag is set now; the next run would change `description` and `tags.Application`
      + tags.rolewright:stack: "s3access"

    > InstanceProfile/s3access-profile  (s3access/s3access.yaml:30)
        because only the ownership tag is set now; the next run would change `tags.Application`
      + tags.rolewright:stack: "s3access"

    Apply sends 2 calls.
    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 2 to adopt, 0 to detach, 1 unchanged.
    "#);
}

#[test]
fn what_was_typed_reads_back_and_is_what_apply_would_have_made() {
    let Some(reader) = Reader::on(None) else {
        return;
    };
    makes_s3access(&reader);
    let typed = (
        reader.aws("aws iam get-role-policy --role-name s3access --policy-name S3-Permissions"),
        reader.aws("aws iam get-role --role-name s3access")["Role"]["AssumeRolePolicyDocument"]
            .clone(),
    );
    let Some(other) = Reader::on(None) else {
        return;
    };
    let _ = other
        .stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .ends_with(0);
    let applied = (
        other.aws("aws iam get-role-policy --role-name s3access --policy-name S3-Permissions"),
        other.aws("aws iam get-role --role-name s3access")["Role"]["AssumeRolePolicyDocument"]
            .clone(),
    );
    assert_eq!(typed, applied);
    let described = other.aws("aws ec2 describe-iam-instance-profile-associations");
    let associations = described["IamInstanceProfileAssociations"]
        .as_array()
        .expect("it is a list");
    assert_eq!(associations.len(), 1);
    assert_eq!(associations[0]["State"], "associated");
    let tags = other.aws("aws iam list-role-tags --role-name s3access");
    assert_snapshot!(tags["Tags"], @r#"[{"Key":"Application","Value":"s3access"},{"Key":"rolewright:stack","Value":"s3access"}]"#);
}

#[test]
fn associating_is_typed() {
    let Some(reader) = Reader::on(Some(WORLD)) else {
        return;
    };
    let instances = reader.aws("aws ec2 describe-instances");
    assert_eq!(instances["Reservations"].as_array().map(Vec::len), Some(2));
    let made = reader.aws("aws ec2 associate-iam-instance-profile --instance-id i-1234567890abcdef0 --iam-instance-profile Name=\"TestRole-1\"");
    assert_eq!(
        made["IamInstanceProfileAssociation"]["InstanceId"],
        "i-1234567890abcdef0"
    );
    let again = reader.aws_refuses("aws ec2 associate-iam-instance-profile --instance-id i-1234567890abcdef0 --iam-instance-profile Name=\"TestRole-2\"");
    assert_snapshot!(again, @"An error occurred (IncorrectState) when calling the AssociateIamInstanceProfile operation: There is an existing association for instance i-1234567890abcdef0");
}

#[test]
fn replacing_is_typed() {
    let Some(reader) = Reader::on(Some(WORLD)) else {
        return;
    };
    let before = reader.aws("aws ec2 describe-iam-instance-profile-associations");
    assert_eq!(
        before["IamInstanceProfileAssociations"][0]["AssociationId"],
        "iip-assoc-0044d817db6c0a4ba"
    );
    let replaced = reader.aws("aws ec2 replace-iam-instance-profile-association --association-id iip-assoc-0044d817db6c0a4ba --iam-instance-profile Name=\"TestRole-2\"");
    let association = &replaced["IamInstanceProfileAssociation"];
    assert_eq!(association["InstanceId"], "i-087711ddaf98f9489");
    assert_ne!(association["AssociationId"], "iip-assoc-0044d817db6c0a4ba");
}

#[test]
fn disassociating_is_typed() {
    let Some(reader) = Reader::on(Some(WORLD)) else {
        return;
    };
    let gone = reader.aws(
        "aws ec2 disassociate-iam-instance-profile --association-id iip-assoc-0044d817db6c0a4ba",
    );
    assert_eq!(
        gone["IamInstanceProfileAssociation"]["State"],
        "disassociating"
    );
    let after = reader.aws("aws ec2 describe-iam-instance-profile-associations");
    assert_eq!(
        after["IamInstanceProfileAssociations"],
        Value::Array(Vec::new())
    );
}

#[test]
fn what_is_typed_on_an_applied_stack_is_drift() {
    let Some(reader) = Reader::on(None) else {
        return;
    };
    let _ = reader
        .stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .ends_with(0);
    let extra = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#;
    reader.stage.write("s3access/extra.json", extra);
    reader.aws("aws iam put-role-policy --role-name s3access --policy-name Extra --policy-document file://extra.json");
    reader.aws("aws iam attach-role-policy --role-name s3access --policy-arn arn:aws:iam::aws:policy/AdministratorAccess");
    let described = reader.aws("aws ec2 describe-iam-instance-profile-associations");
    let id = described["IamInstanceProfileAssociations"][0]["AssociationId"].as_str();
    let id = id.expect("associations have ids");
    reader.aws(&format!(
        "aws ec2 disassociate-iam-instance-profile --association-id {id}"
    ));

    let plan = reader
        .stage
        .run(&["plan", "s3access", "--detailed-exitcode"]);
    assert_snapshot!(plan.ends_with(2), @"
    Not AWS but http://[address]/
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to create (+), 1 to update (~)
    Risk: 1 new access, 1 narrowing
    1 instance changes its credentials

    + InstanceAssociation/web[i-1234567890abcdef0]  (s3access/s3access.yaml:37)
        instanceProfile: s3access-profile
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    ~ Role/s3access  (s3access/s3access.yaml:14)
      - inlinePolicies.Extra:
          Allow iam:* on *
      - managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess
        access: nothing new
          - can no longer iam:* (190 actions, 23 of them manage permissions) on *
          - can no longer do what AdministratorAccess allows

    Apply sends 3 calls.
    Plan: 1 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 1 unchanged.
    ");
    let _ = reader
        .stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .ends_with(0);
    let _ = reader
        .stage
        .run(&["plan", "s3access", "--detailed-exitcode"])
        .ends_with(0);
}
