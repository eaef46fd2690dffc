//! What the benchmarks measure with: manifests of many bundles (a role with a policy, and its profile), and the
//! account in which they already stand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use rolewright::diagnostic::Sources;
use rolewright::manifest::{self, Entry, MemoryFiles};
use rolewright::model::{
    AwsScope, Caller, Desired, KindName, Live, Observed, Partition, Quotas, Reference, STACK_TAG,
    Value,
};
use rolewright::plan::{self, Plan, PlanOptions};
use rolewright::policy::Document;
use rolewright::resolve::{self, Input};

/// Bundles in one file, as a team would split them.
const IN_A_FILE: usize = 100;

/// Manifests of so many bundles: `2 * bundles + 1` documents.
pub(crate) fn manifests(bundles: usize) -> Sources {
    let mut files = vec![("stack.yaml".to_owned(), STACK.to_owned())];
    for start in (0..bundles).step_by(IN_A_FILE) {
        let mut text = String::new();
        for number in start..bundles.min(start + IN_A_FILE) {
            write!(text, "{}", bundle(number)).expect("texts grow");
        }
        files.push((format!("bundles-{start:05}.yaml"), text));
    }
    files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect()
}

const STACK: &str = "apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: many }
spec: { tags: { Team: many } }
";

fn bundle(number: usize) -> String {
    format!(
        "---
apiVersion: rolewright.dev/v1
kind: Role
metadata:
  name: role-{number:05}
spec:
  description: Role number {number}
  trustPolicy: {{ services: [ec2.amazonaws.com] }}
  inlinePolicies:
    Data:
      Version: \"2012-10-17\"
      Statement:
        - Sid: List
          Effect: Allow
          Action: s3:ListBucket
          Resource: arn:{{{{ partition }}}}:s3:::data-{number:05}
        - Sid: Write
          Effect: Allow
          Action: [s3:GetObject, s3:PutObject]
          Resource: arn:{{{{ partition }}}}:s3:::data-{number:05}/*
---
apiVersion: rolewright.dev/v1
kind: InstanceProfile
metadata:
  name: profile-{number:05}
spec:
  role: role-{number:05}
"
    )
}

/// The documents of the manifests.
pub(crate) fn parsed(sources: &Sources) -> Vec<Entry> {
    let (entries, problems) = manifest::parse(sources, &resolve::kind_names());
    assert!(problems.is_empty(), "the manifests are sound");
    entries
}

/// What the documents declare.
pub(crate) fn desired(entries: &[Entry], sources: &Sources) -> Desired {
    let variables = BTreeMap::new();
    let stack = resolve::stack(entries, &variables, None).expect("there is one stack");
    let (setting, files) = (setting(), MemoryFiles::default());
    let input = Input {
        entries,
        stack: &stack,
        setting: &setting,
        variables: &variables,
        files: &files,
    };
    let resolved = resolve::resolve(&input, &mut sources.clone());
    resolved.expect("the manifests are sound").desired
}

fn setting() -> AwsScope {
    AwsScope {
        partition: Partition::Aws,
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
    }
}

/// The account in which everything stands as declared, but for every tenth resource, which has another description or
/// tag.
pub(crate) fn live(desired: &Desired) -> Live {
    let mut names: BTreeMap<KindName, BTreeSet<String>> = BTreeMap::new();
    let mut resources = BTreeMap::new();
    for (index, resource) in desired.resources.values().enumerate() {
        let address = resource.address.clone();
        names
            .entry(address.kind)
            .or_default()
            .insert(resource.live_name.clone());
        let mut observed = Observed {
            id: Some(format!("ID-{address}")),
            owner: Some(desired.stack.name.clone()),
            ..Observed::default()
        };
        for (path, value) in &resource.attributes {
            let value = match value.clone() {
                Value::Link(mut link) => {
                    let target = link.target.clone().expect("roles are declared");
                    link.id = Some(format!("ID-{target}"));
                    observed.references.insert(Reference {
                        target,
                        required: true,
                    });
                    Value::Link(link)
                }
                Value::Text(text)
                    if index % 10 == 0
                        && path.member.as_deref() != Some(STACK_TAG)
                        && text != "/" =>
                {
                    Value::Text(format!("{text}, changed by hand"))
                }
                // As AWS returns it: read anew, nothing shared with what is declared.
                Value::Policy(document) => Value::Policy(Document::observed(&document.wire())),
                value => value,
            };
            observed.attributes.insert(path.clone(), value);
        }
        resources.insert(address, observed);
    }
    Live {
        setting: setting(),
        caller: Caller {
            arn: "arn:aws:iam::123456789012:user/bench".to_owned(),
            account: "123456789012".to_owned(),
            through: Vec::new(),
        },
        resources,
        names,
        users: BTreeMap::new(),
        selected: BTreeMap::new(),
        regions: BTreeSet::from(["us-east-1".to_owned()]),
        unseen_users: None,
        quotas: Quotas::new(),
        blind: Vec::new(),
        unseen: BTreeMap::new(),
    }
}

/// The plan that brings the account back.
pub(crate) fn plan(desired: &Desired, live: &Live) -> Plan {
    plan::plan(desired, live, &PlanOptions::default()).expect("it can be planned")
}
