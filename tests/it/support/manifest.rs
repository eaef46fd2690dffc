//! From manifests as text to what should be, without a file system.

use std::collections::BTreeMap;

use rolewright::diagnostic::{Problems, Sources};
use rolewright::manifest::{self, MemoryFiles};
use rolewright::model::{AwsScope, Desired, Partition};
use rolewright::resolve::{self, Resolved};

/// The account of every story.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The region of every story.
const REGION: &str = "eu-central-1";

/// Where every story takes place.
pub(crate) fn setting() -> AwsScope {
    AwsScope {
        partition: Partition::Aws,
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
    }
}

/// Manifests, the files they name, variables and the name from the command line.
#[derive(Debug, Default)]
pub(crate) struct Project {
    manifests: Vec<(String, String)>,
    files: MemoryFiles,
    variables: BTreeMap<String, serde_json::Value>,
    stack: Option<String>,
}

impl Project {
    /// Documents without their envelope lines: `apiVersion` is put before each, and a Stack `test` before all
    /// unless one of them is a Stack.
    pub(crate) fn of(text: &str) -> Self {
        let mut whole = String::new();
        if !text.contains("kind: Stack") {
            whole.push_str(
                "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: {name: test}\nspec: {}\n---\n",
            );
        }
        for (index, document) in text.trim_matches('\n').split("\n---\n").enumerate() {
            if index > 0 {
                whole.push_str("---\n");
            }
            whole.push_str("apiVersion: rolewright.dev/v1\n");
            whole.push_str(document);
            whole.push('\n');
        }
        Self::verbatim(&whole)
    }

    /// One manifest as it stands.
    pub(crate) fn verbatim(text: &str) -> Self {
        Self {
            manifests: vec![("a.yaml".to_owned(), text.to_owned())],
            ..Self::default()
        }
    }

    /// Adds a file that policies may be read from.
    pub(crate) fn file(mut self, name: &str, text: &str) -> Self {
        self.files.0.insert(name.to_owned(), text.to_owned());
        self
    }

    /// Gives a variable.
    pub(crate) fn var(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// Names the stack as `--stack` does.
    pub(crate) fn stack(mut self, name: &str) -> Self {
        self.stack = Some(name.to_owned());
        self
    }

    /// Everything up to what should be.
    pub(crate) fn resolve(&self) -> Result<(Desired, Problems), Problems> {
        let (resolved, _) = self.resolved()?;
        Ok((resolved.desired, resolved.warnings))
    }

    /// The same with its findings, and the texts that it was read from.
    pub(crate) fn resolved(&self) -> Result<(Resolved, Sources), Problems> {
        let mut sources: Sources = self
            .manifests
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let (entries, mut problems) = manifest::parse(&sources, &resolve::kind_names());
        let stack = resolve::stack(&entries, &self.variables, self.stack.as_deref());
        let Some(stack) = problems.absorb(stack) else {
            return Err(problems);
        };
        let input = resolve::Input {
            entries: &entries,
            stack: &stack,
            setting: &setting(),
            variables: &self.variables,
            files: &self.files,
        };
        match problems.absorb(resolve::resolve(&input, &mut sources)) {
            Some(resolved) if !problems.has_errors() => Ok((resolved, sources)),
            _ => Err(problems),
        }
    }
}

/// What sound manifests declare.
pub(crate) fn desired(text: &str) -> Desired {
    match Project::of(text).resolve() {
        Ok((desired, _)) => desired,
        Err(problems) => panic!("{}", super::drawn_diagnostics(&problems)),
    }
}
