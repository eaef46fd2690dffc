//! What every registered kind has to answer, so that no stage meets one that it silently leaves out. A new kind fails
//! here by name until it has a document below and does all that is asked of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use rolewright::export::{Material, export};
use rolewright::kinds::{self, Kind, Offline, Planted, Purpose, Seed};
use rolewright::model::{Address, Desired, Resource, Value, kind};
use rolewright::offline::Source;
use rolewright::permissions::permissions;
use rolewright::run::rehearsal::seed;
use serde_json::Value as Json;

use crate::support::{ACCOUNT, Project, World, desired, setting};

/// One document of each kind, named `one`.
const DOCUMENTS: [(&str, &str); 6] = [
    (
        "Role",
        "spec: {trustPolicy: {services: [ec2.amazonaws.com]}}",
    ),
    (
        "UserPolicy",
        "spec: {user: anna, policy: {Statement: [{Effect: Allow, Action: \"s3:GetObject\", Resource: \"*\"}]}}",
    ),
    (
        "BucketDeny",
        "spec: {bucket: logs, principals: [\"arn:aws:iam::123456789012:user/anna\"]}",
    ),
    (
        "InstanceProfile",
        "spec: {role: \"arn:aws:iam::123456789012:role/theirs\"}",
    ),
    (
        "Instance",
        "spec: {imageId: ami-1a2b3c4d, instanceType: t3.micro}",
    ),
    (
        "InstanceAssociation",
        "spec: {instances: {ids: [i-1a2b3c4d]}, instanceProfile: \"arn:aws:iam::123456789012:instance-profile/theirs\"}",
    ),
];

/// What `aws iam get-account-authorization-details` prints of an account that has one of each kind that it shows.
const DETAILS: &str = r#"{
    "RoleDetailList": [{
        "RoleName": "one", "Arn": "arn:aws:iam::123456789012:role/one", "Path": "/",
        "InstanceProfileList": [{ "InstanceProfileName": "one", "Path": "/", "Roles": [] }]
    }],
    "UserDetailList": [{
        "UserName": "anna", "Arn": "arn:aws:iam::123456789012:user/anna",
        "UserPolicyList": [{ "PolicyName": "one", "PolicyDocument": {} }]
    }]
}"#;

/// What a stack of one document declares.
fn declared(kind: &dyn Kind) -> Desired {
    let name = kind.name();
    let spec = DOCUMENTS.iter().find(|(kind, _)| *kind == name.as_str());
    let Some((_, spec)) = spec else {
        panic!("{name}: write one document of it into this test");
    };
    desired(&format!("kind: {name}\nmetadata: {{name: one}}\n{spec}"))
}

/// The resources that are of the kind.
fn of<'a>(kind: &dyn Kind, desired: &'a Desired) -> Vec<&'a Resource> {
    let resources = desired.resources.values();
    let found: Vec<&Resource> = resources
        .filter(|resource| resource.address.kind == kind.name())
        .collect();
    assert!(!found.is_empty(), "{}: nothing is declared", kind.name());
    found
}

/// Puts the question to every kind, and fails with the names of all that have no good answer.
fn every_kind(question: impl Fn(&dyn Kind) -> Result<(), String>) {
    let answers = kinds::ALL.into_iter();
    let failed = answers.filter_map(|kind| {
        let why = question(kind).err()?;
        Some(format!("{}: {why}", kind.name()))
    });
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

fn fine(is_fine: bool, otherwise: &str) -> Result<(), String> {
    is_fine.then_some(()).ok_or_else(|| otherwise.to_owned())
}

#[test]
fn a_rehearsal_plants_every_kind() {
    every_kind(|kind| {
        let desired = declared(kind);
        let mut world = World::of(&desired);
        world.live.users.clear();
        let with = seed(&desired, &world.live).unwrap();
        world
            .live
            .resources
            .retain(|address, _| address.kind != kind.name());
        let without = seed(&desired, &world.live).unwrap();
        fine(with != without, "one that is there is not planted")
    });
}

#[test]
fn a_rehearsal_plants_what_a_field_names() {
    every_kind(|kind| {
        let all = kinds::ALL.into_iter().flat_map(Kind::fields);
        let is_named = all
            .into_iter()
            .any(|field| field.links == Some(kind.name()));
        let mut seed = Seed::new("test", &setting());
        let named = Planted::Named {
            name: "some-name",
            id: None,
            path: None,
        };
        kind.plant(&named, &mut seed);
        let is_planted = seed.text().contains("\"some-name\"");
        fine(
            is_planted || !is_named,
            "fields name it, and one that is only named is not planted",
        )
    });
}

#[test]
fn links_name_registered_kinds_and_fields_say_so() {
    every_kind(|kind| {
        for field in kind.fields() {
            if let Some(links) = field
                .links
                .filter(|links| !kinds::names().contains(&links.as_str()))
            {
                return Err(format!("`{}` names {links}, which is no kind", field.name));
            }
        }
        for (path, value) in &of(kind, &declared(kind))[0].attributes {
            if matches!(value, Value::Link(_))
                && kinds::field(kind.name(), path.field).is_none_or(|field| field.links.is_none())
            {
                return Err(format!("`{path}` is a link, and its field names no kind"));
            }
        }
        Ok(())
    });
}

#[tokio::test]
async fn an_offline_file_knows_every_kind_or_truly_cannot() {
    let source = Source::read(DETAILS).unwrap();
    let mut seen = BTreeSet::new();
    for kind in kinds::ALL {
        let live = source.live(&setting(), &declared(kind)).await.unwrap();
        seen.extend(live.resources.into_keys());
    }
    every_kind(|kind| {
        let apply = permissions(&declared(kind), &setting(), Purpose::Apply);
        let is_iam = |action: &String| action.starts_with("iam:");
        match kind.offline() {
            Offline::Known(_) => {
                let is_seen = seen.contains(&Address::new(kind.name(), "one"));
                fine(is_seen, "none is seen in the file")
            }
            Offline::NotIam => fine(
                !granted(&apply.document).iter().all(is_iam),
                "it says that it is not of IAM, and takes nothing but IAM",
            ),
        }
    });
}

#[test]
fn every_kind_is_exported_or_the_docs_say_that_it_is_not() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/export.md");
    let docs = fs::read_to_string(docs).unwrap();
    every_kind(|kind| {
        if kind.export().is_none() {
            let is_said = docs.contains(&format!("[{}]", kind.name()));
            return fine(
                is_said,
                "docs/export.md does not say that it is not exported",
            );
        }
        let world = World::of(&declared(kind));
        let manifests = export(&Material {
            stack: "test",
            setting: &setting(),
            found: &world.live.resources,
            blind: &[],
        });
        let mut documents = manifests.documents.iter();
        let is_written = documents.any(|document| document.body["kind"] == kind.name().as_str());
        fine(is_written, "no document of it is written")
    });
}

#[test]
fn every_kind_says_what_the_caller_has_to_be_allowed() {
    every_kind(|kind| {
        let desired = declared(kind);
        let of = |purpose| granted(&permissions(&desired, &setting(), purpose).document);
        let (plan, apply) = (of(Purpose::Plan), of(Purpose::Apply));
        let writes = apply.iter().any(|action| !plan.contains(action));
        let what = format!("a plan takes {plan:?}, an apply {apply:?}");
        fine(!plan.is_empty() && writes, &what)
    });
}

/// The actions of a policy.
fn granted(document: &Json) -> Vec<String> {
    let statements = document["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|statement| match &statement["Action"] {
        Json::Array(actions) => actions.clone(),
        action => vec![action.clone()],
    });
    let actions = actions.map(|action| action.as_str().unwrap().to_owned());
    actions.collect()
}

#[test]
fn an_expression_can_name_the_arn_of_every_kind_that_has_one() {
    every_kind(|kind| {
        let desired = declared(kind);
        let Some(shape) = kind.arn() else {
            return no_arn(kind, &desired);
        };
        let word = words().remove(kind.name().as_str()).unwrap();
        let (name, spec) = (kind.name(), spec(kind));
        let naming = format!(
            "kind: {name}\nmetadata: {{name: one}}\n{spec}\n---\nkind: UserPolicy\nmetadata: {{name: naming}}\n\
             spec: {{user: anna, policy: {{Statement: [{{Effect: Allow, Action: \"iam:*\", Resource: \"{{{{ {word}.one.arn }}}}\"}}]}}}}"
        );
        let (desired, _) = Project::of(&naming)
            .resolve()
            .map_err(|problems| crate::support::drawn_diagnostics(&problems))?;
        let arn = shape.arn(&setting(), "/", "one");
        let user = &desired.resources[&Address::new(kind::USER_POLICY, "naming")];
        let is_named = user.attributes.values().any(|value| match value {
            Value::Policy(document) => document.wire().contains(&arn),
            _ => false,
        });
        let reference = user.references.iter().map(|one| one.target.to_string());
        let is_reference = reference.collect::<Vec<_>>() == [format!("{name}/one")];
        let what = format!("`{word}.one.arn` is not {arn}");
        fine(is_named && is_reference, &what)
    });
}

/// Says that it has no ARN; what it is to be allowed on must not be an ARN of IAM that ends in its name then.
fn no_arn(kind: &dyn Kind, desired: &Desired) -> Result<(), String> {
    let document = permissions(desired, &setting(), Purpose::Apply).document;
    let text = document.to_string();
    for resource in of(kind, desired) {
        let named = format!("/{}\"", resource.live_name);
        let mut arns = text.match_indices(&named).map(|(at, _)| {
            let start = text[..at].rfind('"').unwrap_or_default();
            &text[start..at]
        });
        if arns.any(|arn| arn.contains(&format!(":iam::{ACCOUNT}:"))) {
            return Err("it has an ARN of IAM, and does not say how that is computed".to_owned());
        }
    }
    Ok(())
}

fn spec(kind: &dyn Kind) -> &'static str {
    let mut documents = DOCUMENTS.iter();
    let found = documents.find(|(name, _)| *name == kind.name().as_str());
    found.map_or("", |(_, spec)| spec)
}

/// The words for kinds in expressions: `instance_profile` for InstanceProfile.
fn words() -> BTreeMap<&'static str, String> {
    let word = |kind: &'static str| {
        let letters = kind.chars().enumerate().flat_map(|(at, letter)| {
            let gap = (at > 0 && letter.is_uppercase()).then_some('_');
            gap.into_iter().chain(letter.to_lowercase())
        });
        (kind, letters.collect())
    };
    kinds::names().into_iter().map(word).collect()
}
