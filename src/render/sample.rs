//! Plans built by hand, for the tests of this folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::{Service, WriteCall};
use crate::diagnostic::Place;
use crate::model::{Address, AwsScope, Caller, FieldPath, Instance, Link, Partition, Value, kind};
use crate::plan::{Action, Change, Edit, Note, NoteKind, OnMissing, Plan, Step};
use crate::policy::Document;

/// A plan of these changes.
pub(super) fn plan(changes: Vec<Change>) -> Plan {
    Plan {
        stack: "s3access".into(),
        setting: AwsScope {
            partition: Partition::Aws,
            account: "123456789012".into(),
            region: "eu-central-1".into(),
        },
        caller: Caller {
            arn: "arn:aws:iam::123456789012:user/ann".into(),
            account: "123456789012".into(),
            through: Vec::new(),
        },
        changes,
        notes: Vec::new(),
        rollouts: Vec::new(),
        steps: Vec::new(),
    }
}

/// A change declared in a line of the example's file.
pub(super) fn change(action: Action, kind: &str, name: &str, line: usize) -> Change {
    Change {
        address: Address::new(kind.parse().unwrap(), name),
        action,
        place: Some(place(line)),
        references: BTreeSet::new(),
        reasons: Vec::new(),
        edits: Vec::new(),
        instances: Vec::new(),
        gap: None,
        access: None,
        risk: crate::plan::Risk::Cosmetic,
        alarms: BTreeSet::new(),
    }
}

pub(super) fn place(line: usize) -> Place {
    Place {
        file: "examples/s3access/stack.yaml".into(),
        line,
        column: 3,
        length: 4,
    }
}

/// An edit of `field` or `field.member` that changes a value.
pub(super) fn edit(path: &str, before: Value, after: Value) -> Edit {
    edit_of(path, Some(before), Some(after))
}

/// An edit that brings a value.
pub(super) fn added(path: &str, after: Value) -> Edit {
    edit_of(path, None, Some(after))
}

/// An edit that takes a value away.
pub(super) fn removed(path: &str, before: Value) -> Edit {
    edit_of(path, Some(before), None)
}

fn edit_of(path: &str, before: Option<Value>, after: Option<Value>) -> Edit {
    let path = match path.split_once('.') {
        Some((field, member)) => FieldPath::member(field.parse().unwrap(), member),
        None => FieldPath::new(path.parse().unwrap()),
    };
    Edit {
        path,
        before,
        after,
        forces_replacement: false,
        place: None,
    }
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub(super) fn link(name: &str, id: Option<&str>) -> Value {
    Value::Link(Link {
        name: name.into(),
        id: id.map(str::to_owned),
        target: None,
    })
}

/// A policy from its statements.
pub(super) fn policy(statements: serde_json::Value) -> Value {
    let version = ("Version".to_owned(), "2012-10-17".into());
    let json = [version, ("Statement".to_owned(), statements)];
    let json = serde_json::Value::Object(json.into_iter().collect());
    Value::Policy(Document::from_json(json).unwrap())
}

pub(super) fn trust() -> Value {
    let services = ["ec2.amazonaws.com".to_owned()];
    Value::Policy(Document::trust_for_services(&services))
}

pub(super) fn instance(id: &str, state: &str) -> Instance {
    Instance {
        id: id.into(),
        state: Some(state.into()),
        region: None,
    }
}

pub(super) fn note(kind: NoteKind, name: &str, message: &str) -> Note {
    Note {
        kind,
        address: Some(Address::new(kind::ROLE, name)),
        message: message.into(),
        content: BTreeMap::new(),
    }
}

/// A step that sends one call for a resource.
pub(super) fn step(id: usize, address: Address, title: &str, call: WriteCall) -> Step {
    Step {
        id,
        lane: address.to_string(),
        address,
        title: title.into(),
        needs: BTreeSet::from_iter(id.checked_sub(1)),
        lookups: Vec::new(),
        merge: None,
        ready: Vec::new(),
        call,
        precondition: None,
        goal: None,
        settled: None,
        makes: None,
        removes: None,
        subjects: BTreeSet::new(),
        on_missing: OnMissing::Fail,
        wave: None,
    }
}

/// The setup of the EC2 user guide, from nothing.
pub(super) fn s3access() -> Plan {
    let allow_s3 = serde_json::json!([{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}]);
    let mut role = change(Action::Create, "Role", "s3access", 12);
    role.edits = vec![
        added("path", text("/")),
        added("maxSessionDuration", Value::Number(3600)),
        added("trustPolicy", trust()),
        added("inlinePolicies.S3-Permissions", policy(allow_s3)),
        added(
            "managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess",
            Value::Present,
        ),
        added("tags.rolewright:stack", text("s3access")),
    ];
    let mut profile = change(Action::Create, "InstanceProfile", "s3access-profile", 30);
    profile.edits = vec![added("role", link("s3access", None))];
    let mut association = change(Action::Create, "InstanceAssociation", "web", 38);
    association.address = association.address.member("i-0abc");
    association.edits = vec![added("instanceProfile", link("s3access-profile", None))];
    association.instances = vec![instance("i-0abc", "running")];
    let role_address = role.address.clone();
    let mut plan = plan(vec![role, profile, association]);
    plan.steps = vec![
        step(
            0,
            role_address.clone(),
            "create role s3access",
            WriteCall::new(Service::Iam, "CreateRole").with("RoleName", "s3access"),
        ),
        step(
            1,
            role_address,
            "put inline policy S3-Permissions",
            WriteCall::new(Service::Iam, "PutRolePolicy").with("RoleName", "s3access"),
        ),
    ];
    plan
}
