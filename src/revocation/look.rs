//! Reads what there is of a role or a user, and the revocations of a whole account. Holds only [`Reads`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Seen, Subject};
use crate::cloud::{Class, Fault, Node, Parameter, ReadCall, Reads, Service};
use crate::model::{Caller, Instance, REVOCATION_POLICY};
use crate::policy::{Document, issued_before};

/// The path of roles that only AWS can change (IAM user guide, "Service-linked roles").
const SERVICE_LINKED: &str = "/aws-service-role/";

/// What was found under a name.
#[derive(Debug)]
pub enum Look {
    /// It is there.
    Seen(Box<Seen>),
    /// It belongs to AWS, which does not let its policies be changed.
    ServiceLinked,
    /// Nothing has this name.
    Missing,
}

/// Reads one role or user, and which instances have credentials of the role.
pub async fn look(reads: &dyn Reads, subject: &Subject, caller: &Caller) -> Result<Look, Fault> {
    let answer = match reads.ask(&subject.get()).await {
        Err(fault) if fault.is_missing() => return Ok(Look::Missing),
        answer => answer?,
    };
    let word = subject.word();
    let text = |member: &str| answer.body.text(&[word, member]).unwrap_or_default();
    if text("Path").starts_with(SERVICE_LINKED) {
        return Ok(Look::ServiceLinked);
    }
    let mut policies = policies(reads, subject).await?;
    let document = policies.remove(REVOCATION_POLICY);
    let (instances, unseen_instances) = match subject {
        Subject::Role(name) => match instances(reads, name).await {
            Err(fault) if fault.class == Class::Denied => {
                let why = format!("the caller may not call {}", fault.call);
                (Vec::new(), Some(why))
            }
            instances => (instances?, None),
        },
        Subject::User(_) => (Vec::new(), None),
    };
    let seen = Seen {
        // A name that differs in letter case finds it as well.
        subject: subject.named(text(&format!("{word}Name"))),
        arn: text("Arn").to_owned(),
        document,
        others: policies.values().map(Document::size).sum(),
        instances,
        unseen_instances,
        is_own: is_own(subject, caller),
    };
    Ok(Look::Seen(Box::new(seen)))
}

/// The policy as IAM shows it now.
pub async fn policy(reads: &dyn Reads, subject: &Subject) -> Result<Option<Document>, Fault> {
    match reads.ask(&subject.get_policy(REVOCATION_POLICY)).await {
        Err(fault) if fault.is_missing() => Ok(None),
        answer => Ok(document(&answer?.body)),
    }
}

/// All inline policies by name.
async fn policies(
    reads: &dyn Reads,
    subject: &Subject,
) -> Result<BTreeMap<String, Document>, Fault> {
    let listed = reads.ask(&subject.list_policies()).await?;
    let mut policies = BTreeMap::new();
    for name in listed.body.list(&["PolicyNames"]) {
        let name = name.text(&[]).unwrap_or_default();
        match reads.ask(&subject.get_policy(name)).await {
            Err(fault) if fault.is_missing() => {}
            answer => {
                let document = document(&answer?.body);
                policies.extend(document.map(|document| (name.to_owned(), document)));
            }
        }
    }
    Ok(policies)
}

fn document(body: &Node) -> Option<Document> {
    body.text(&["PolicyDocument"])
        .map(Document::observed_encoded)
}

/// The instances of the run's region whose profiles hold a role.
async fn instances(reads: &dyn Reads, role: &str) -> Result<Vec<Instance>, Fault> {
    let call = ReadCall::new(Service::Iam, "ListInstanceProfilesForRole").with("RoleName", role);
    let answer = reads.ask(&call).await?;
    let profiles = answer.body.list(&["InstanceProfiles"]).iter();
    let arns: Vec<&str> = profiles
        .filter_map(|profile| profile.text(&["Arn"]))
        .collect();
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let values: Parameter = arns.into_iter().collect();
    let filter = Parameter::map([
        ("Name", "iam-instance-profile.arn".into()),
        ("Value", values),
    ]);
    let call = ReadCall::new(Service::Ec2, "DescribeInstances")
        .with("MaxResults", "1000")
        .with("Filter", Parameter::List(vec![filter]));
    let answer = reads.ask(&call).await?;
    let reservations = answer.body.list(&["reservationSet"]).iter();
    let found = reservations.flat_map(|one| one.list(&["instancesSet"]));
    let mut instances: Vec<Instance> = found.filter_map(instance).collect();
    instances.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    Ok(instances)
}

/// One that is terminated has no credentials any more.
fn instance(node: &Node) -> Option<Instance> {
    let state = node.text(&["instanceState", "name"])?;
    (state != "terminated").then_some(Instance {
        id: node.text(&["instanceId"])?.to_owned(),
        state: Some(state.to_owned()),
        region: None,
    })
}

/// Whether an identity that the run uses is the role. A user's access keys go on working: whether the run uses one of the
/// user's sessions, its ARN does not say.
fn is_own(subject: &Subject, caller: &Caller) -> bool {
    let Subject::Role(name) = subject else {
        return false;
    };
    let mut roles = caller.identities().filter_map(Caller::role_of);
    roles.any(|own| own.eq_ignore_ascii_case(name))
}

/// A revocation that is in force.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InForce {
    /// Whose sessions.
    pub subject: Subject,
    /// Sessions issued before this are denied everything; `None` where a policy of the revocation's name says something
    /// else.
    pub issued_before: Option<Timestamp>,
}

/// All revocations of the account, roles first, by name.
pub async fn in_force(reads: &dyn Reads) -> Result<Vec<InForce>, Fault> {
    let filter: Parameter = ["Role", "User"].into_iter().collect();
    let call = ReadCall::new(Service::Iam, "GetAccountAuthorizationDetails")
        .with("Filter", filter)
        .with("MaxItems", "1000");
    let answer = reads.ask(&call).await?;
    let of_kind = |kind: fn(String) -> Subject| {
        let word = kind(String::new()).word();
        let [list, name, policies] =
            ["DetailList", "Name", "PolicyList"].map(|end| format!("{word}{end}"));
        let found = answer.body.list(&[&list]).iter().filter_map(|node| {
            let mut policies = node.list(&[&policies]).iter();
            let ours = policies.find(|one| one.text(&["PolicyName"]) == Some(REVOCATION_POLICY))?;
            Some(InForce {
                subject: kind(node.text(&[&name])?.to_owned()),
                issued_before: document(ours).as_ref().and_then(issued_before),
            })
        });
        found.collect::<Vec<_>>()
    };
    let mut found = of_kind(Subject::Role);
    found.extend(of_kind(Subject::User));
    found.sort_unstable();
    Ok(found)
}
