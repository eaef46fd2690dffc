//! What names stand for in an expression, and a record of those that were used or missed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::Value as Dynamic;
use minijinja::value::{Enumerator, Object};

use crate::diagnostic::{did_you_mean, nearest};
use crate::text;

use super::{ExprProblem, Resources, Scope, value};

/// What every scope has.
const TOP: [&str; 5] = ["account", "partition", "region", "stack", "var"];

/// What an evaluation came across.
#[derive(Debug, Default)]
pub(super) struct Notes {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    references: BTreeSet<String>,
    /// The first name that nothing stands for: a problem if the result depends on it.
    unknown: Option<ExprProblem>,
    /// The first problem that `default` must not hide.
    refusal: Option<ExprProblem>,
}

impl Notes {
    pub(super) fn references(&self) -> BTreeSet<String> {
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

    fn use_of(&self, arn: &str) {
        self.lock().references.insert(arn.to_owned());
    }

    /// A poisoned lock only means that another evaluation panicked; the notes are still whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The top level: `var`, `account`, the words for resources and the others.
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

    fn unknown(&self, name: &str) {
        let problem = ExprProblem::new(format!("there is no `{name}` in expressions"));
        let hint = if self.scope.vars.contains_key(name) {
            format!("did you mean `var.{name}`?")
        } else {
            let words = self.scope.resources.iter().map(|one| one.word.as_str());
            let mut all: Vec<&str> = TOP.into_iter().chain(words).collect();
            all.sort_unstable();
            let near = did_you_mean(name, all.iter().copied());
            near.unwrap_or_else(|| format!("there are {}", text::and_list(&all)))
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
            word => {
                let position = scope.resources.iter().position(|one| one.word == word);
                if position.is_none() {
                    self.unknown(word);
                }
                let names = || Arc::clone(self);
                position.map(|index| {
                    Dynamic::from_object(Declared {
                        names: names(),
                        index,
                    })
                })
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

/// The resources of one kind.
#[derive(Debug)]
struct Declared {
    names: Arc<Names>,
    /// Which one among those of the scope.
    index: usize,
}

impl Object for Declared {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        let name = key.as_str()?;
        let Names { scope, notes } = &*self.names;
        let Resources { word, kind, arns } = scope.resources.get(self.index)?;
        let Some(arns) = arns else {
            let problem = ExprProblem::new(format!("`{word}.{name}` cannot be used here"));
            notes.refuse(problem.hint("names and paths may use variables, `account`, `region`, `partition` and `stack`: ARNs are made from them"));
            return None;
        };
        let Some(arn) = arns.get(name) else {
            let problem = ExprProblem::new(format!("no {kind} `{name}` is declared"));
            let hint = did_you_mean(name, arns.keys().map(String::as_str));
            let hint = hint.unwrap_or_else(|| {
                format!(
                    "declare it, or write the ARN itself; {} are known",
                    list(arns)
                )
            });
            notes.refuse(problem.hint(hint));
            return None;
        };
        notes.use_of(arn);
        Some(Dynamic::from_object(One {
            path: format!("{word}.{name}"),
            name: name.to_owned(),
            arn: arn.clone(),
            notes: Arc::clone(notes),
        }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

fn list(named: &BTreeMap<String, String>) -> String {
    match named.len() {
        0 => "none".to_owned(),
        number if number > 8 => format!("{number} of them"),
        _ => text::and_list(&named.keys().collect::<Vec<_>>()),
    }
}

/// One resource.
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
