//! What expressions may name: variables, where we are, and the ARNs of declared resources, which are computed from
//! their names and paths before anything else is read. How ARNs look is the kinds' to say.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Input, STACK_KIND};
use crate::diagnostic::{Diagnostic, Place, Problems};
use crate::kinds::{self, Announced};
use crate::manifest::{Entry, Resources, Scope, evaluate};
use crate::model::Address;

/// Everything an expression can refer to, and the way back from an ARN to the resource.
pub(super) struct Naming {
    pub(super) scope: Scope,
    pub(super) names: BTreeMap<usize, String>,
    pub(super) arns: BTreeMap<String, Address>,
    /// Where names stand that could not be worked out.
    pub(super) faulty: Vec<Place>,
}

/// The kinds that expressions can name, without any resource yet: the word for `InstanceProfile` is `instance_profile`.
pub(super) fn nameable() -> Vec<Resources> {
    let kinds = kinds::ALL.into_iter().filter_map(kinds::Kind::arn);
    kinds
        .map(|shape| Resources {
            word: word(shape.kind.as_str()),
            kind: shape.kind.as_str(),
            arns: None,
        })
        .collect()
}

fn word(kind: &str) -> String {
    let mut word = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

/// Collects the names. Names and paths may hold expressions themselves, but cannot name resources.
pub(super) fn scope(input: &Input<'_>, problems: &mut Problems) -> Naming {
    let mut naming = Naming {
        scope: Scope {
            vars: input.variables.clone().into(),
            account: Some(input.setting.account.clone()),
            region: Some(input.setting.region.clone()),
            partition: input.setting.partition.name().to_owned(),
            stack: Some(input.stack.stack.name.clone()),
            resources: nameable().into(),
        },
        names: BTreeMap::new(),
        arns: BTreeMap::new(),
        faulty: Vec::new(),
    };
    let entries = input.entries.iter().enumerate();
    for (index, entry) in entries.filter(|(_, entry)| entry.kind != STACK_KIND) {
        let name = match name(entry, &naming.scope) {
            Ok(name) => name,
            Err(fault) => {
                naming.faulty.extend(fault.place.clone());
                problems.push(fault);
                entry.name.clone()
            }
        };
        let kind = entry.kind.parse().map(kinds::find);
        let announced = kind.map(|kind| kind.announced(&entry.spec));
        for one in announced.into_iter().flatten() {
            naming.announce(&one, &name, input);
        }
        naming.names.insert(index, name);
    }
    let mut resources = nameable();
    for one in &mut resources {
        let arns = naming.arns.iter();
        let of_kind = arns.filter(|(_, address)| address.kind.as_str() == one.kind);
        one.arns = Some(
            of_kind
                .map(|(arn, address)| (address.name.clone(), arn.clone()))
                .collect(),
        );
    }
    naming.scope.resources = Arc::new(resources);
    naming
}

impl Naming {
    /// What cannot be evaluated is reported when the document itself is read.
    fn announce(&mut self, announced: &Announced<'_>, document: &str, input: &Input<'_>) {
        let Announced { shape, path, name } = announced;
        let evaluated = |text: &str| Some(evaluate(text, &self.scope).ok()?.text);
        let path = path.and_then(evaluated).unwrap_or_else(|| "/".to_owned());
        if let Some(name) = name.map_or(Some(document.to_owned()), evaluated) {
            let arn = shape.arn(input.setting, &path, &name);
            self.arns.insert(arn, Address::new(shape.kind, &name));
        }
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
