//! What names stand for in an expression, and a record of those that were used or missed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::Value as Dynamic;
use minijinja::value::{Enumerator, Object};

use crate::diagnostic::{did_you_mean, nearest};
use crate::text;

use super::{ExprProblem, Reference, Scope, value};

const TOP: [&str; 7] = [
    "account",
    "instance_profile",
    "partition",
    "region",
    "role",
    "stack",
    "var",
];

/// What an evaluation came across.
#[derive(Debug, Default)]
pub(super) struct Notes {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    references: BTreeSet<Reference>,
    /// The first name that nothing stands for: a problem if the result depends on it.
    unknown: Option<ExprProblem>,
    /// The first problem that `default` must not hide.
    refusal: Option<ExprProblem>,
}

impl Notes {
    pub(super) fn references(&self) -> BTreeSet<Reference> {
        self.lock().references.clone()
    }

    pub(super) fn unknown(&self) -> Option<ExprProblem> {
        self.lock().unknown.clone()
    }

    pub(super) fn refusal(&self) -> Option<ExprProblem> {
        self.lock().refusal.clone()
    }

    fn miss(&self, problem: ExprProblem) {
        self.lock().unknown.get_or_insert(problem);
    }

    fn refuse(&self, problem: ExprProblem) {
        self.lock().refusal.get_or_insert(problem);
    }

    fn use_of(&self, kind: &str, name: &str) {
        let reference = (kind.to_owned(), name.to_owned());
        self.lock().references.insert(reference);
    }

    /// A poisoned lock only means that another evaluation panicked; the notes are still whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The top level: `var`, `role`, `account` and the others.
#[derive(Debug)]
pub(super) struct Names {
    scope: Scope,
    notes: Arc<Notes>,
}

impl Names {
    pub(super) fn new(scope: &Scope, notes: Arc<Notes>) -> Self {
        Self {
            scope: scope.clone(),
            notes,
        }
    }

    fn known(&self, name: &str, value: Option<&str>, hint: &str) -> Option<Dynamic> {
        if value.is_none() {
            let problem = ExprProblem::new(format!("`{name}` is not known here"));
            self.notes.miss(problem.hint(hint));
        }
        value.map(Dynamic::from)
    }

    fn declared(
        &self,
        kind: &'static str,
        word: &'static str,
        names: Option<&Arc<BTreeMap<String, String>>>,
    ) -> Dynamic {
        Dynamic::from_object(Declared {
            kind,
            word,
            names: names.cloned(),
            notes: Arc::clone(&self.notes),
        })
    }

    fn unknown(&self, name: &str) {
        let problem = ExprProblem::new(format!("there is no `{name}` in expressions"));
        let hint = if self.scope.vars.contains_key(name) {
            format!("did you mean `var.{name}`?")
        } else {
            let near = did_you_mean(name, TOP);
            near.unwrap_or_else(|| format!("there are {}", text::and_list(&TOP)))
        };
        self.notes.miss(problem.hint(hint));
    }
}

impl Object for Names {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        let scope = &self.scope;
        match key.as_str()? {
            "account" => self.known(
                "account",
                scope.account.as_deref(),
                "set `spec.accountId` in the Stack",
            ),
            "region" => self.known(
                "region",
                scope.region.as_deref(),
                "set `spec.region` in the Stack, or give --region",
            ),
            "stack" => self.known(
                "stack",
                scope.stack.as_deref(),
                "declare a Stack, or give --stack",
            ),
            "partition" => Some(Dynamic::from(scope.partition.as_str())),
            "var" => Some(Dynamic::from_object(Variables(Arc::clone(self)))),
            "role" => Some(self.declared("Role", "role", scope.roles.as_ref())),
            "instance_profile" => {
                let names = scope.instance_profiles.as_ref();
                Some(self.declared("InstanceProfile", "instance_profile", names))
            }
            name => {
                self.unknown(name);
                None
            }
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

/// `var`.
#[derive(Debug)]
struct Variables(Arc<Names>);

impl Object for Variables {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        let name = key.as_str()?;
        let vars = &self.0.scope.vars;
        let found = vars.get(name).map(value::from_json);
        if found.is_none() {
            let problem = ExprProblem::new(format!("the variable `{name}` has no value"));
            let give = format!("give it with --var {name}=VALUE");
            let hint = match nearest(name, vars.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `var.{near}`? otherwise {give}"),
                None => give,
            };
            self.0.notes.miss(problem.hint(hint));
        }
        found
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

/// `role` or `instance_profile`.
#[derive(Debug)]
struct Declared {
    kind: &'static str,
    word: &'static str,
    names: Option<Arc<BTreeMap<String, String>>>,
    notes: Arc<Notes>,
}

impl Object for Declared {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        let name = key.as_str()?;
        let Some(names) = &self.names else {
            let word = self.word;
            let problem = ExprProblem::new(format!("`{word}.{name}` cannot be used here"));
            self.notes.refuse(problem.hint("names and paths may use variables, `account`, `region`, `partition` and `stack`: ARNs are made from them"));
            return None;
        };
        let Some(arn) = names.get(name) else {
            let problem = ExprProblem::new(format!("no {} `{name}` is declared", self.kind));
            let hint = did_you_mean(name, names.keys().map(String::as_str));
            let hint = hint.unwrap_or_else(|| {
                format!(
                    "declare it, or write the ARN itself; {} are known",
                    list(names)
                )
            });
            self.notes.refuse(problem.hint(hint));
            return None;
        };
        self.notes.use_of(self.kind, name);
        Some(Dynamic::from_object(One {
            path: format!("{}.{name}", self.word),
            name: name.to_owned(),
            arn: arn.clone(),
            notes: Arc::clone(&self.notes),
        }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

fn list(names: &BTreeMap<String, String>) -> String {
    let all: Vec<&str> = names.keys().map(String::as_str).collect();
    match all.as_slice() {
        [] => "none".to_owned(),
        all if all.len() > 8 => format!("{} of them", all.len()),
        all => text::and_list(all),
    }
}

/// One role or instance profile.
#[derive(Debug)]
struct One {
    path: String,
    name: String,
    arn: String,
    notes: Arc<Notes>,
}

impl Object for One {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        match key.as_str()? {
            "arn" => Some(Dynamic::from(self.arn.as_str())),
            "name" => Some(Dynamic::from(self.name.as_str())),
            other => {
                let problem = ExprProblem::new(format!("`{}` has no `{other}`", self.path));
                self.notes.refuse(problem.hint("it has `arn` and `name`"));
                None
            }
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}
