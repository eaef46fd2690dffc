//! One moto server for one test, and boto3 to look at it and to meddle with it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::python;

/// One of the images that moto has from the start, in every region.
pub(crate) const IMAGE: &str = "ami-12c6146b";

/// A moto server of its own, gone when this is dropped.
pub(crate) struct Moto {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) url: String,
}

impl Moto {
    /// Starts one and waits until it listens; `None` when the suite is skipped.
    pub(crate) fn start() -> Option<Self> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/moto");
        let mut child = Command::new(python::interpreter()?)
            .arg("host.py")
            .current_dir(folder)
            .env_clear()
            .envs([
                ("PYTHONDONTWRITEBYTECODE", "1"),
                ("AWS_EC2_METADATA_DISABLED", "true"),
                // Without it no managed policy of AWS's own can be attached.
                ("MOTO_IAM_LOAD_MANAGED_POLICIES", "true"),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the environment's python starts");
        let orders = child.stdin.take().expect("its input is a pipe");
        let answers = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut moto = Self {
            child,
            orders,
            answers,
            url: String::new(),
        };
        let greeting = moto.line();
        greeting["url"]
            .as_str()
            .expect("it says where it listens")
            .clone_into(&mut moto.url);
        Some(moto)
    }

    /// Makes a boto3 call that has to succeed.
    #[track_caller]
    pub(crate) fn boto3(&mut self, service: &str, call: &str, parameters: Value) -> Value {
        let mut order = json!({ "service": service, "call": call });
        order["parameters"] = parameters;
        let answer = self.order(&order);
        assert!(answer.get("error").is_none(), "{order}: {answer}");
        answer["answer"].clone()
    }

    /// Makes a boto3 call that has to fail, and gives the error's code.
    #[track_caller]
    pub(crate) fn refused(&mut self, service: &str, call: &str, parameters: Value) -> String {
        let mut order = json!({ "service": service, "call": call });
        order["parameters"] = parameters;
        let answer = self.order(&order);
        let code = answer["error"]["Code"].as_str();
        code.unwrap_or_else(|| panic!("{order}: {answer}"))
            .to_owned()
    }

    /// Everything in the account that this tool is about, with the associations of us-east-1.
    #[track_caller]
    pub(crate) fn read_back(&mut self) -> Value {
        self.read_back_in("us-east-1")
    }

    /// The same with the associations of some region.
    #[track_caller]
    pub(crate) fn read_back_in(&mut self, region: &str) -> Value {
        let answer = self.order(&json!({ "read_back": true, "region": region }));
        assert!(answer.get("error").is_none(), "reading back: {answer}");
        answer["answer"].clone()
    }

    /// Launches an instance without a profile and gives its id.
    #[track_caller]
    pub(crate) fn instance(&mut self) -> String {
        self.instance_in("us-east-1")
    }

    /// The same in some region.
    #[track_caller]
    pub(crate) fn instance_in(&mut self, region: &str) -> String {
        // One of the images that moto has from the start.
        let launch = json!({ "ImageId": IMAGE, "MinCount": 1, "MaxCount": 1 });
        let mut order = json!({ "service": "ec2", "call": "run_instances", "region": region });
        order["parameters"] = launch;
        let answer = self.order(&order)["answer"].clone();
        answer["Instances"][0]["InstanceId"]
            .as_str()
            .expect("instances have ids")
            .to_owned()
    }

    /// Makes a role for EC2 that carries the given tags.
    #[track_caller]
    pub(crate) fn role(&mut self, name: &str, tags: &[(&str, &str)]) {
        let tags: Vec<Value> = tags
            .iter()
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        let trust = ec2_trust_policy().to_string();
        let role = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust, "Tags": tags });
        self.boto3("iam", "create_role", role);
    }

    fn order(&mut self, order: &Value) -> Value {
        writeln!(self.orders, "{order}").expect("the host reads orders");
        self.line()
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the host answers");
        serde_json::from_str(&line)
            .expect("the host answers in JSON; its own words are on standard error")
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The trust policy of roles for EC2, as the EC2 user guide writes it.
pub(crate) fn ec2_trust_policy() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "ec2.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }],
    })
}
