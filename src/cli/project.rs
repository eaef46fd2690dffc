//! What the manifests say, up to where AWS is needed: files, documents, variables, the stack.

use std::collections::BTreeMap;

use super::failure::Failure;
use super::interrupt::Interrupts;
use super::options::{Common, Manifests};
use super::plan_file;
use super::session::{self, Session};
use super::settings;
use super::ui::Ui;
use crate::diagnostic::{Problems, Sources};
use crate::manifest::{self, DiskFiles, Entry, Files, Given, STDIN};
use crate::model::AwsScope;
use crate::resolve::{self, Input, Resolved, StackDeclaration};

/// Parsed manifests.
#[derive(Clone)]
pub(super) struct Project {
    pub sources: Sources,
    pub entries: Vec<Entry>,
    pub variables: BTreeMap<String, serde_json::Value>,
    pub stack: StackDeclaration,
    /// Faults of single documents, which are told together with those found later.
    problems: Problems,
}

impl Project {
    /// Reads the manifests and finds their stack.
    pub(super) fn load(manifests: &Manifests) -> Result<Self, Failure> {
        no_plan(manifests)?;
        let mut sources = Sources::none();
        let mut problems = Problems::none();
        match manifest::load(&manifests.paths) {
            Ok(loaded) => sources = loaded,
            Err(more) => problems.extend(more),
        }
        let variables = variables(manifests, &mut sources, &mut problems);
        let (entries, more) = manifest::parse(&sources, &resolve::kind_names());
        problems.extend(more);
        let found = resolve::stack(&entries, &variables, manifests.stack.as_deref());
        // Without any readable document the missing stack is no second fault.
        match found {
            Ok(stack) => Ok(Self {
                sources,
                entries,
                variables,
                stack,
                problems,
            }),
            Err(more) => {
                if !entries.is_empty() || problems.is_empty() {
                    problems.extend(more);
                }
                Err(Failure::Problems(problems, sources))
            }
        }
    }

    /// Works out what should be; warnings come beside it.
    pub(super) fn desired(&mut self, setting: &AwsScope) -> Result<Resolved, Failure> {
        let input = Input {
            entries: &self.entries,
            stack: &self.stack,
            setting,
            variables: &self.variables,
            files: &DiskFiles,
        };
        let mut problems = self.problems.clone();
        let resolved = resolve::resolve(&input, &mut self.sources);
        let resolved = problems.absorb(resolved);
        let Some(resolved) = resolved.filter(|_| !problems.has_errors()) else {
            return Err(Failure::Problems(problems, self.sources.clone()));
        };
        problems.extend(resolved.warnings);
        Ok(Resolved {
            warnings: problems,
            ..resolved
        })
    }

    /// Works on these manifests with a session of their stack. A stack that belongs elsewhere is shown where it says so.
    pub(super) async fn work<T>(
        &mut self,
        common: &Common,
        interrupts: &Interrupts,
        ui: &Ui,
        work: impl AsyncFnOnce(&Session, &mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (stack, sources) = (self.stack.stack.clone(), self.sources.clone());
        let working = async |session: &Session| work(session, self).await;
        let outcome = session::work(common, Some(&stack), interrupts, ui, working).await;
        outcome.map_err(|failure| failure.within(&sources))
    }

    /// The same for what changes nothing: Ctrl-C ends it.
    pub(super) async fn look<T>(
        &mut self,
        common: &Common,
        interrupts: &Interrupts,
        ui: &Ui,
        look: impl AsyncFnOnce(&Session, &mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let looking = async |session: &Session, project: &mut Self| {
            interrupts.unless_pressed(look(session, project)).await
        };
        self.work(common, interrupts, ui, looking).await
    }

    /// Fails when a document could not even be parsed: nothing should be asked of AWS then.
    pub(super) fn sound(&self) -> Result<(), Failure> {
        if self.problems.has_errors() {
            return Err(Failure::Problems(
                self.problems.clone(),
                self.sources.clone(),
            ));
        }
        Ok(())
    }
}

/// Whoever gives a saved plan to a command that takes none is told so, and not that it lacks every field of a manifest.
fn no_plan(manifests: &Manifests) -> Result<(), Failure> {
    if !plan_file::is_one(&manifests.paths) {
        return Ok(());
    }
    let path = manifests.paths[0].display();
    Err(Failure::other(
        format!("{path} is a saved plan, and no manifest"),
        Some("`apply`, `show`, `rehearse`, `graph` and `permissions` take saved plans"),
    ))
}

fn variables(
    manifests: &Manifests,
    sources: &mut Sources,
    problems: &mut Problems,
) -> BTreeMap<String, serde_json::Value> {
    let mut files = Vec::new();
    for path in &manifests.variable_files {
        let read = DiskFiles
            .read(STDIN, &path.to_string_lossy())
            .map_err(Problems::from);
        if let Some((name, text)) = problems.absorb(read) {
            sources.attach(name.as_str(), text.as_str());
            files.push((name, text));
        }
    }
    let environment = settings::variables();
    let given = Given {
        typed: &manifests.variables,
        files: &files,
        environment: &environment,
    };
    problems
        .absorb(manifest::variables(given))
        .unwrap_or_default()
}
