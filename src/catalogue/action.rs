//! Actions by service.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::OnceLock;

use super::table::{ACTIONS, rows};
use crate::policy::Pattern;

/// What an action does, as the Service Authorization Reference classifies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Shows that resources exist.
    List,
    /// Shows what is in them.
    Read,
    /// Changes tags only.
    Tagging,
    /// Makes, changes or deletes.
    Write,
    /// Grants or changes permissions.
    PermissionsManagement,
}

/// An action of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action {
    /// The prefix of its service (`s3`).
    pub service: &'static str,
    /// Its name (`GetObject`).
    pub name: &'static str,
    /// What it does.
    pub level: Level,
}

impl fmt::Display for Action {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            service,
            name,
            level: _,
        } = self;
        write!(out, "{service}:{name}")
    }
}

/// The actions of each service by their names in lower case.
type Index = BTreeMap<&'static str, BTreeMap<String, Action>>;

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index::new();
        for (service, level, names) in rows(ACTIONS) {
            let level = level_of(level);
            let actions = index.entry(service).or_default();
            actions.extend(names.map(|name| {
                let action = Action {
                    service,
                    name,
                    level,
                };
                (name.to_lowercase(), action)
            }));
        }
        index
    })
}

fn level_of(name: &str) -> Level {
    match name {
        "list" => Level::List,
        "read" => Level::Read,
        "tagging" => Level::Tagging,
        "permissions" => Level::PermissionsManagement,
        _ => Level::Write,
    }
}

/// The prefixes of all services, sorted.
pub fn services() -> impl Iterator<Item = &'static str> {
    index().keys().copied()
}

/// Whether a service has this prefix, in any letter case.
pub fn has_service(prefix: &str) -> bool {
    index().contains_key(prefix.to_lowercase().as_str())
}

/// The action that is written `service:Name`, in any letter case.
pub fn action(text: &str) -> Option<Action> {
    let text = text.to_lowercase();
    let (service, name) = text.split_once(':')?;
    index().get(service)?.get(name).copied()
}

/// The actions that a pattern such as `s3:Get*` covers, sorted by service and name.
pub fn covered(pattern: &str) -> Vec<Action> {
    let pattern = pattern.to_lowercase();
    let (service, name) = match pattern.as_str() {
        "*" => ("*", "*"),
        other => other.split_once(':').unwrap_or(("", "")),
    };
    covering(service, name).collect()
}

/// The actions of a service and a name in lower case, both of which may have wildcards.
fn covering(service: &str, name: &str) -> impl Iterator<Item = Action> {
    let services: Vec<&'static BTreeMap<String, Action>> = if service.contains(['*', '?']) {
        let of = Pattern::folded(service);
        let all = index().iter();
        let matching = all.filter(|(prefix, _)| of.matches(prefix));
        matching.map(|(_, actions)| actions).collect()
    } else {
        index().get(service).into_iter().collect()
    };
    // Names are sorted, so those that begin as the pattern does stand together.
    let begin = name.split(['*', '?']).next().unwrap_or(name).to_owned();
    let rest = name[begin.len()..].to_owned();
    let wanted = Pattern::folded(name);
    services.into_iter().flat_map(move |actions| {
        let from = actions.range::<str, _>((Bound::Included(begin.as_str()), Bound::Unbounded));
        let (begin, rest, wanted) = (begin.clone(), rest.clone(), wanted.clone());
        let alike = from.take_while(move |(lower, _)| lower.starts_with(&begin));
        alike
            .filter(move |(lower, _)| rest == "*" || wanted.matches(lower))
            .map(|(_, action)| *action)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_found_in_any_letter_case() {
        let found = action("S3:getobject").unwrap();
        assert_eq!(found.to_string(), "s3:GetObject");
        assert_eq!(found.level, Level::Read);
        assert_eq!(action("s3:GetObjekt"), None);
        assert_eq!(action("s3"), None);
        assert!(has_service("IAM") && !has_service("s4"));
    }

    #[test]
    fn a_pattern_covers_what_it_matches() {
        let names: Vec<String> = covered("iam:*InstanceProfile")
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            names,
            [
                "iam:AddRoleToInstanceProfile",
                "iam:CreateInstanceProfile",
                "iam:DeleteInstanceProfile",
                "iam:GetInstanceProfile",
                "iam:RemoveRoleFromInstanceProfile",
                "iam:TagInstanceProfile",
                "iam:UntagInstanceProfile",
            ]
        );
        assert!(covered("*").len() > 15_000);
        assert!(covered("nothing").is_empty());
    }

    #[test]
    fn every_level_is_there() {
        let levels: std::collections::BTreeSet<Level> =
            covered("iam:*").iter().map(|one| one.level).collect();
        assert_eq!(levels.len(), 5);
        assert_eq!(
            action("iam:PutRolePolicy").unwrap().level,
            Level::PermissionsManagement
        );
        assert_eq!(action("iam:TagRole").unwrap().level, Level::Tagging);
    }
}
