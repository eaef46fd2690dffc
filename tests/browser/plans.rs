//! Plans worth looking at, made by the planner itself from two manifests: one that is taken for what AWS has, and one for
//! what shall be.

use std::collections::{BTreeMap, BTreeSet};

use rolewright::diagnostic::{Diagnostic, Problems, Sources};
use rolewright::findings::Finding;
use rolewright::manifest::{self, MemoryFiles};
use rolewright::model::{
    Address, AwsScope, Caller, Desired, FieldPath, Instance, KindName, Link, Live, Observed,
    Partition, Quotas, Reference, Resource, STACK_TAG, Value, field, kind,
};
use rolewright::plan::{self, GuardOverrides, Plan, PlanOptions};
use rolewright::policy::Document;
use rolewright::render::{self, Review, Stamp};
use rolewright::resolve;

const ACCOUNT: &str = "123456789012";

/// A plan and all that is said of it.
pub(crate) struct Told {
    plan: Plan,
    warnings: Problems,
    findings: Vec<Finding>,
    refusals: Vec<Diagnostic>,
}

impl Told {
    /// From what AWS has to what shall be.
    pub(crate) fn of(before: &str, after: &str) -> Self {
        let (is, ..) = resolved(before);
        let (desired, warnings, mut findings) = resolved(after);
        let mut live = live(&is);
        // Instances run, whether they have a profile yet or not.
        for address in desired.resources.keys().filter(|one| one.member.is_some()) {
            live.resources
                .entry(address.clone())
                .or_insert_with(running);
        }
        let wishes = PlanOptions {
            prune: true,
            ..PlanOptions::default()
        };
        let plan = plan::plan(&desired, &live, &wishes).expect("the story can be planned");
        findings.extend(plan::findings(&plan, &live));
        let desired = plan::expand(&desired, &live).into_owned();
        let refusals = plan::refusals(&plan, &desired, &live, &GuardOverrides::default());
        Self {
            plan,
            warnings,
            findings,
            refusals,
        }
    }

    /// The page, as of a saved plan.
    pub(crate) fn page(&self) -> String {
        render::html(&Review {
            plan: &self.plan,
            warnings: &self.warnings,
            findings: &self.findings,
            refusals: &self.refusals,
            destroy: false,
            endpoint: None,
            stamp: Some(Stamp {
                id: "7f3a1c9e5b2d",
                created: "2026-11-25T17:30:00Z".parse().expect("it is a time"),
                expires: "2026-11-26T17:30:00Z".parse().expect("it is a time"),
                tool_version: "0.1.0",
            }),
        })
    }
}

/// A day's work of a team: widened trust, changed policies, a rollout, a replacement, a deletion, things left alone.
pub(crate) fn team() -> Told {
    Told::of(include_str!("before.yaml"), include_str!("after.yaml"))
}

/// A first apply.
pub(crate) fn fresh() -> Told {
    Told::of(
        &stack("s3access", ""),
        include_str!("../../examples/s3access/s3access.yaml"),
    )
}

/// Nothing to do.
pub(crate) fn calm() -> Told {
    Told::of(include_str!("after.yaml"), include_str!("after.yaml"))
}

/// A thousand changes: roles with two policies each, and their profiles.
pub(crate) fn thousand() -> Told {
    let mut roles = String::new();
    for number in 0..500 {
        roles.push_str(&include_str!("role.yaml").replace("NUMBER", &format!("{number:03}")));
    }
    Told::of(&stack("many", ""), &stack("many", &roles))
}

fn stack(name: &str, rest: &str) -> String {
    format!(
        "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: {{name: {name}}}\nspec: {{}}\n{rest}"
    )
}

fn setting() -> AwsScope {
    AwsScope {
        partition: Partition::Aws,
        account: ACCOUNT.to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

fn resolved(text: &str) -> (Desired, Problems, Vec<Finding>) {
    let mut sources: Sources = [("infra/stack.yaml", text)].into_iter().collect();
    let (entries, problems) = manifest::parse(&sources, &resolve::kind_names());
    assert!(problems.is_empty(), "{problems:#?}");
    let variables = BTreeMap::new();
    let stack = resolve::stack(&entries, &variables, None).expect("it has a stack");
    let mut files = MemoryFiles::default();
    let trust = include_str!("../../examples/s3access/ec2-role-trust-policy.json");
    files
        .0
        .insert("infra/ec2-role-trust-policy.json".into(), trust.into());
    let input = resolve::Input {
        entries: &entries,
        stack: &stack,
        setting: &setting(),
        variables: &variables,
        files: &files,
    };
    let resolved = resolve::resolve(&input, &mut sources).expect("the manifest is sound");
    (resolved.desired, resolved.warnings, resolved.findings)
}

/// AWS when everything is as declared.
fn live(desired: &Desired) -> Live {
    let mut live = Live {
        setting: setting(),
        caller: Caller {
            arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ann@example.com"),
            account: ACCOUNT.to_owned(),
            through: Vec::new(),
        },
        resources: BTreeMap::new(),
        names: [kind::ROLE, kind::INSTANCE_PROFILE]
            .map(|kind| (kind, BTreeSet::new()))
            .into(),
        users: BTreeMap::new(),
        selected: BTreeMap::new(),
        regions: BTreeSet::from([setting().region]),
        unseen: BTreeMap::new(),
        unseen_users: None,
        quotas: Quotas::new(),
        blind: vec!["instances in eu-west-1 were not looked for".to_owned()],
    };
    for resource in desired.resources.values() {
        add(&mut live, resource);
    }
    live
}

fn running() -> Observed {
    let mut observed = Observed::default();
    observed.facts.instance_state = Some("running".to_owned());
    observed
}

fn add(live: &mut Live, resource: &Resource) {
    let Resource {
        address,
        live_name,
        attributes,
        ..
    } = resource;
    let mut observed = if address.member.is_some() {
        running()
    } else {
        Observed::default()
    };
    observed.id = Some(id(address.kind, live_name));
    for (path, value) in attributes {
        let value = match value {
            Value::Policy(document) => Value::Policy(Document::observed(&document.wire())),
            Value::Link(link) => seen(live, &mut observed, address, link),
            other => other.clone(),
        };
        if let Value::Text(owner) = &value
            && *path == FieldPath::member(field::TAGS, STACK_TAG)
        {
            observed.owner = Some(owner.clone());
        }
        observed.attributes.insert(path.clone(), value);
    }
    let names = live.names.entry(address.kind).or_default();
    names.insert(live_name.clone());
    live.resources.insert(address.clone(), observed);
}

fn seen(live: &mut Live, observed: &mut Observed, holder: &Address, link: &Link) -> Value {
    let kind = if holder.kind == kind::INSTANCE_PROFILE {
        kind::ROLE
    } else {
        kind::INSTANCE_PROFILE
    };
    let target = Address::new(kind, &link.name);
    observed.references.insert(Reference {
        target: target.clone(),
        required: true,
    });
    if let Some(instance) = &holder.member {
        live.users
            .entry(target.clone())
            .or_default()
            .push(Instance {
                id: instance.clone(),
                state: Some("running".to_owned()),
                region: None,
            });
    }
    Value::Link(Link {
        name: link.name.clone(),
        id: Some(id(kind, &link.name)),
        target: Some(target),
    })
}

fn id(kind: KindName, name: &str) -> String {
    match kind {
        kind::ROLE => format!("AROA-{name}"),
        kind::INSTANCE_PROFILE => format!("AIPA-{name}"),
        _ => format!("iip-assoc-{name}"),
    }
}
