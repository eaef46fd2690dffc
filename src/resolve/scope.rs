//! What expressions may name: variables, where we are, and the ARNs of declared roles and profiles, which
//! are computed from their names and paths before anything else is read.

use std::collections::BTreeMap;

use super::{Input, STACK_KIND};
use crate::diagnostic::{Diagnostic, Place, Problems};
use crate::manifest::{Entry, Scope, evaluate};
use crate::model::{Address, AwsScope, KindName, kind};

/// The kinds that expressions can name, with the type that their ARNs carry.
const ROLE: (KindName, &str) = (kind::ROLE, "role");
const PROFILE: (KindName, &str) = (kind::INSTANCE_PROFILE, "instance-profile");

/// Everything an expression can refer to, and the way back from an ARN to the resource.
pub(super) struct Naming {
    pub(super) scope: Scope,
    pub(super) names: BTreeMap<usize, String>,
    pub(super) arns: BTreeMap<String, Address>,
    /// Where names stand that could not be worked out.
    pub(super) faulty: Vec<Place>,
}

/// Collects the names. Names and paths may hold expressions themselves, but cannot name resources.
pub(super) fn scope(input: &Input<'_>, problems: &mut Problems) -> Naming {
    let mut scope = Scope {
        vars: input.variables.clone().into(),
        account: Some(input.setting.account.clone()),
        region: Some(input.setting.region.clone()),
        partition: input.setting.partition.name().to_owned(),
        stack: Some(input.stack.stack.name.clone()),
        roles: None,
        instance_profiles: None,
    };
    let mut names = BTreeMap::new();
    let mut arns = BTreeMap::new();
    let mut faulty = Vec::new();
    let (mut roles, mut profiles) = (BTreeMap::new(), BTreeMap::new());
    for (index, entry) in input
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.kind != STACK_KIND)
    {
        let name = match name(entry, &scope) {
            Ok(name) => name,
            Err(fault) => {
                faulty.extend(fault.place.clone());
                problems.push(fault);
                entry.name.clone()
            }
        };
        for (kind, path, resource) in arn_parts(entry, &name, &scope) {
            let arn = arn(input.setting, kind.1, &path, &resource);
            arns.insert(arn.clone(), Address::new(kind.0, &resource));
            let map = if kind == ROLE {
                &mut roles
            } else {
                &mut profiles
            };
            map.insert(resource, arn);
        }
        names.insert(index, name);
    }
    scope.roles = Some(roles.into());
    scope.instance_profiles = Some(profiles.into());
    Naming {
        scope,
        names,
        arns,
        faulty,
    }
}

fn name(entry: &Entry, scope: &Scope) -> Result<String, Diagnostic> {
    let evaluated = evaluate(&entry.name, scope).map_err(|problem| {
        Diagnostic::error("bad-expression", problem.message)
            .at(entry.places.at("/metadata/name"))
            .maybe_hint(problem.hint)
    })?;
    Ok(evaluated.text)
}

/// The IAM resources a document declares, with their paths: a role can bring a profile along.
fn arn_parts(
    entry: &Entry,
    name: &str,
    scope: &Scope,
) -> Vec<((KindName, &'static str), String, String)> {
    let text = |field: &str| entry.spec.get(field).and_then(serde_json::Value::as_str);
    // A path that cannot be evaluated is reported when the document itself is read.
    let path = text("path")
        .and_then(|path| evaluate(path, scope).ok())
        .map_or("/".to_owned(), |path| path.text);
    if entry.kind == PROFILE.0.as_str() {
        return vec![(PROFILE, path, name.to_owned())];
    }
    if entry.kind != ROLE.0.as_str() {
        return Vec::new();
    }
    let profile = match entry.spec.get("instanceProfile") {
        Some(serde_json::Value::Bool(true)) => Some(name.to_owned()),
        Some(serde_json::Value::String(profile)) => {
            evaluate(profile, scope).ok().map(|profile| profile.text)
        }
        _ => None,
    };
    let role = (ROLE, path.clone(), name.to_owned());
    std::iter::once(role)
        .chain(profile.map(|profile| (PROFILE, path, profile)))
        .collect()
}

fn arn(setting: &AwsScope, resource_type: &str, path: &str, name: &str) -> String {
    setting.iam_arn(resource_type, path, name)
}
