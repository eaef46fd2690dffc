//! A storm's wish as a manifest, and its documents as JSON.

use serde_json::{Map, Value, json};

use super::scene::{
    Case, Content, Document, Facts, HOME, Mode, Principal, ProfileSpec, RoleSpec, STACK, Scene,
    Target, Wish,
};

/// When sessions are revoked, as the manifest says it.
pub(super) const REVOKED_BEFORE: &str = "2026-01-01T12:00:00Z";

/// The whole manifest.
pub(super) fn manifest(scene: &Scene) -> String {
    let stack = json!({ "tags": scene.stack_tags, "prune": scene.prune });
    let mut documents = vec![document("Stack", STACK, false, &stack)];
    for role in &scene.roles {
        let spec = match &role.want {
            Wish::Nothing => continue,
            Wish::Absent => json!({ "ensure": "absent" }),
            Wish::Present(spec) => self::role(spec, scene),
        };
        documents.push(document("Role", &role.name, role.is_adopted(), &spec));
    }
    for profile in &scene.profiles {
        let spec = match &profile.want {
            Wish::Nothing => continue,
            Wish::Absent => json!({ "ensure": "absent" }),
            Wish::Present(spec) if spec.by_sugar => continue,
            Wish::Present(spec) => self::profile(spec, scene),
        };
        documents.push(document(
            "InstanceProfile",
            &profile.name,
            profile.is_adopted(),
            &spec,
        ));
    }
    for association in &scene.associations {
        let spec = self::association(association, scene);
        let text = document("InstanceAssociation", &association.name, false, &spec);
        documents.push(text);
    }
    documents.join("---\n")
}

fn document(kind: &str, name: &str, adopt: bool, spec: &Value) -> String {
    let mut metadata = json!({ "name": name });
    if adopt {
        metadata["adopt"] = json!(true);
    }
    let api = "rolewright.dev/v1";
    let whole = json!({ "apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec });
    serde_yaml::to_string(&whole).expect("it is plain data")
}

fn role(spec: &RoleSpec, scene: &Scene) -> Value {
    let RoleSpec {
        facts,
        inline_mode,
        managed_mode,
        revoked,
        sugar,
    } = spec;
    let Facts {
        path,
        description,
        session,
        trust,
        inline,
        managed,
        boundary,
        tags,
    } = facts;
    let only_services = trust.iter().all(|one| matches!(one, Principal::Service(_)));
    let trust_policy = if only_services {
        let services: Vec<&str> = trust.iter().filter_map(service).collect();
        json!({ "services": services })
    } else {
        self::trust(trust, |name| named(name, scene))
    };
    let mut out = json!({
        "path": path,
        "maxSessionDuration": session,
        "trustPolicy": trust_policy,
        "inlinePolicies": inline,
        "managedPolicies": managed,
        "inlinePolicyMode": mode(*inline_mode),
        "managedPolicyMode": mode(*managed_mode),
        "tags": tags,
    });
    let mut more = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            out[key] = value;
        }
    };
    more("description", description.map(Value::from));
    more("permissionsBoundary", boundary.map(Value::from));
    more("instanceProfile", sugar.as_ref().map(|_| json!(true)));
    let time = revoked.then(|| json!(REVOKED_BEFORE));
    more("revokeSessionsIssuedBefore", time);
    out
}

fn service(principal: &Principal) -> Option<&str> {
    match principal {
        Principal::Service(name) => Some(name),
        _ => None,
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Exclusive => "exclusive",
        Mode::Additive => "additive",
        Mode::Ignore => "ignore",
    }
}

/// A role of the manifest by reference, any other by its ARN.
fn named(name: &str, scene: &Scene) -> String {
    let role = scene.role(name).expect("it is one of them");
    match (role.wanted(), &role.live) {
        (Some(_), _) => format!("{{{{ role['{name}'].arn }}}}"),
        (None, Some(live)) => arn("role", live.facts.path, name),
        (None, None) => unreachable!("{name} is neither there nor declared"),
    }
}

/// An ARN of IAM.
pub(super) fn arn(kind: &str, path: &str, name: &str) -> String {
    format!(
        "arn:aws:iam::{}:{kind}{path}{name}",
        rolewright::sandbox::ACCOUNT
    )
}

/// A trust policy in which each role stands as it is called.
pub(super) fn trust<'a>(
    principals: impl IntoIterator<Item = &'a Principal>,
    role: impl Fn(&str) -> String,
) -> Value {
    let (mut services, mut others) = (Vec::new(), Vec::new());
    for principal in principals {
        match principal {
            Principal::Service(name) => services.push((*name).to_owned()),
            Principal::Account => {
                others.push(format!(
                    "arn:aws:iam::{}:root",
                    rolewright::sandbox::ACCOUNT
                ));
            }
            Principal::Role(name) => others.push(role(name)),
            Principal::Dead => others.push("AROADEADDEADDEADDEADD".to_owned()),
        }
    }
    let mut statements = Vec::new();
    for (kind, names) in [("Service", services), ("AWS", others)] {
        if !names.is_empty() {
            let principal = Map::from_iter([(kind.to_owned(), json!(names))]);
            statements.push(
                json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }),
            );
        }
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn profile(spec: &ProfileSpec, scene: &Scene) -> Value {
    let ProfileSpec {
        content: Content { path, role, tags },
        by_sugar: _,
    } = spec;
    let mut out = json!({ "path": path, "tags": tags });
    if let Some(role) = role {
        let declared = scene.role(role).expect("it is one of them");
        out["role"] = match (declared.wanted(), &declared.live) {
            (None, Some(live)) => json!(arn("role", live.facts.path, role)),
            _ => json!(role),
        };
    }
    out
}

fn association(document: &Document, scene: &Scene) -> Value {
    let Document {
        name: _,
        region,
        target,
        profile,
        detached,
        rollout,
    } = document;
    let instances = match target {
        Target::Ids(ids) => json!({ "ids": ids }),
        Target::Fleet { name, states } => match states {
            Some(states) => json!({ "tags": { "Fleet": name }, "states": states }),
            None => json!({ "tags": { "Fleet": name } }),
        },
    };
    let mut out = json!({ "instances": instances });
    if let Some(name) = profile {
        let case: &Case<Content, ProfileSpec> = scene.profile(name).expect("it is one of them");
        out["instanceProfile"] = match (case.wanted(), &case.live) {
            (None, Some(live)) => json!(arn("instance-profile", live.facts.path, name)),
            _ => json!(name),
        };
    }
    if *detached {
        out["ensure"] = json!("detached");
    }
    if *region != HOME {
        out["region"] = json!(region);
    }
    if let Some((most, pause)) = rollout {
        out["rollout"] = json!({ "maxInFlight": most, "pauseBetween": pause });
    }
    out
}
