//! What the manifests say, up to where AWS is needed: files, documents, variables, the stack.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::RunError;
use crate::diagnostic::{Problems, Sources};
use crate::manifest::{self, DiskFiles, Entry, Given};
use crate::model::AwsScope;
use crate::resolve::{self, Input, Resolved, StackDeclaration};

/// Where manifests and their variables come from.
#[derive(Debug, Clone, Default)]
pub struct ManifestFiles {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// The stack's name, where it is not that of the document of kind Stack.
    pub stack: Option<String>,
    /// Variables as `NAME=VALUE`; they win over all others.
    pub variables: Vec<String>,
    /// YAML or JSON files with variables.
    pub variable_files: Vec<PathBuf>,
    /// Variables from the environment, by name.
    pub environment: BTreeMap<String, String>,
    /// Whether manifests may refer to files outside of the folders that `paths` name.
    pub allow_files_outside: bool,
}

/// Parsed manifests.
#[derive(Debug, Clone)]
pub struct Project {
    /// The texts that messages point into.
    pub sources: Sources,
    /// The stack that they are for.
    pub stack: StackDeclaration,
    /// The documents.
    pub entries: Vec<Entry>,
    files: DiskFiles,
    variables: BTreeMap<String, serde_json::Value>,
    /// Mistakes in single documents, which are reported together with those found later.
    problems: Problems,
}

impl Project {
    /// Reads the manifests and finds their stack.
    pub fn load(files: &ManifestFiles) -> Result<Self, RunError> {
        let mut problems = Problems::none();
        let allowed = if files.allow_files_outside {
            DiskFiles::anywhere()
        } else {
            DiskFiles::of(&files.paths)
        };
        let loaded = problems.absorb(manifest::load(&files.paths, &allowed));
        let mut sources = loaded.unwrap_or_else(Sources::none);
        let variables = variables(files, &mut sources, &mut problems);
        let project = Self::parse(sources, variables, files.stack.as_deref(), problems)?;
        Ok(Self {
            files: allowed,
            ..project
        })
    }

    /// The same from texts at hand.
    pub fn of(sources: Sources) -> Result<Self, RunError> {
        Self::parse(sources, BTreeMap::new(), None, Problems::none())
    }

    fn parse(
        sources: Sources,
        variables: BTreeMap<String, serde_json::Value>,
        stack: Option<&str>,
        mut problems: Problems,
    ) -> Result<Self, RunError> {
        let (entries, more) = manifest::parse(&sources, &resolve::kind_names());
        problems.extend(more);
        match resolve::stack(&entries, &variables, stack) {
            Ok(stack) => Ok(Self {
                sources,
                stack,
                entries,
                files: DiskFiles::of(&[]),
                variables,
                problems,
            }),
            Err(more) => {
                // Without any readable document the missing stack is no second mistake.
                if !entries.is_empty() || problems.is_empty() {
                    problems.extend(more);
                }
                Err(RunError::Manifests(problems, sources))
            }
        }
    }

    /// Works out what should be; warnings come beside it.
    pub fn desired(&mut self, scope: &AwsScope) -> Result<Resolved, RunError> {
        let input = Input {
            entries: &self.entries,
            stack: &self.stack,
            setting: scope,
            variables: &self.variables,
            files: &self.files,
        };
        let mut problems = self.problems.clone();
        let resolved = resolve::resolve(&input, &mut self.sources);
        let resolved = problems.absorb(resolved);
        let Some(resolved) = resolved.filter(|_| !problems.has_errors()) else {
            return Err(RunError::Manifests(problems, self.sources.clone()));
        };
        problems.extend(resolved.warnings);
        Ok(Resolved {
            warnings: problems,
            ..resolved
        })
    }

    /// Fails when a document could not even be parsed: nothing should be asked of AWS then.
    pub fn sound(&self) -> Result<(), RunError> {
        if self.problems.has_errors() {
            let (problems, sources) = (self.problems.clone(), self.sources.clone());
            return Err(RunError::Manifests(problems, sources));
        }
        Ok(())
    }
}

fn variables(
    given: &ManifestFiles,
    sources: &mut Sources,
    problems: &mut Problems,
) -> BTreeMap<String, serde_json::Value> {
    let mut files = Vec::new();
    for path in &given.variable_files {
        let read = manifest::variable_file(path).map_err(Problems::from);
        if let Some((name, text)) = problems.absorb(read) {
            if manifest::is_mapping(&text) {
                sources.attach(name.as_str(), text.as_str());
            }
            files.push((name, text));
        }
    }
    let given = Given {
        typed: &given.variables,
        files: &files,
        environment: &given.environment,
    };
    problems
        .absorb(manifest::variables(given))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::work;
    use crate::model::Partition;
    use crate::render::{self, Style};

    const ROLE: &str = "apiVersion: rolewright.dev/v1\nkind: Role\n";
    const STACK: &str = "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: {name: s}\nspec: {region: us-east-1}\n";
    const TRUST: &str = "trustPolicy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]}";

    /// A stack and so many documents of role, each with a spec of its own.
    fn documents(number: usize, spec: impl Fn(usize) -> String) -> String {
        let role = |one| {
            format!(
                "---\n{ROLE}metadata: {{name: r{one}}}\nspec: {}\n",
                spec(one)
            )
        };
        STACK.to_owned() + &(0..number).map(role).collect::<String>()
    }

    /// A role with so many tags.
    fn tags(number: usize, tag: impl Fn(usize) -> String) -> String {
        let tags: Vec<String> = (0..number).map(|one| format!("    {}", tag(one))).collect();
        let tags = tags.join("\n");
        format!("{STACK}---\n{ROLE}metadata: {{name: a}}\nspec:\n  tags:\n{tags}\n")
    }

    /// The same in one line.
    fn in_one_line(number: usize, value: &str) -> String {
        let tags: Vec<String> = (0..number)
            .map(|one| format!("\"k{one}\": {value}"))
            .collect();
        let head =
            r#"{"apiVersion": "rolewright.dev/v1", "kind": "Role", "metadata": {"name": "a"}"#;
        format!("{head}, \"spec\": {{\"tags\": {{{}}}}}}}", tags.join(", "))
    }

    /// Reads a manifest and draws its mistakes. Gives the steps that took.
    fn cost(text: &str) -> usize {
        let sources: Sources = [("a.yaml", text)].into_iter().collect();
        let (drawn, steps) = work::of(|| {
            let scope = AwsScope {
                partition: Partition::Aws,
                account: "123456789012".to_owned(),
                region: "us-east-1".to_owned(),
            };
            match Project::of(sources).and_then(|mut project| project.desired(&scope)) {
                Err(RunError::Manifests(problems, sources)) => {
                    render::problems(&problems, &sources, Style::PLAIN)
                }
                Err(_) | Ok(_) => String::new(),
            }
        });
        assert!(drawn.contains("error"), "{text} has a mistake");
        steps
    }

    /// A name, and a text of some size.
    type Case = (&'static str, fn(usize) -> String);

    #[test]
    fn twice_as_much_costs_at_most_twice_as_much() {
        let cases: [Case; 12] = [
            ("unknown fields", |n| {
                documents(n, |_| format!("{{nope: 1, {TRUST}}}"))
            }),
            ("wrong types", |n| {
                documents(n, |_| "{description: [1]}".to_owned())
            }),
            ("unclosed brackets", |n| {
                documents(n, |_| "{description: [".to_owned())
            }),
            ("unknown roles", |n| {
                documents(n, |one| {
                    format!("{{description: \"{{{{ role.q{one}.arn }}}}\", {TRUST}}}")
                })
            }),
            ("one name", |n| {
                documents(n, |_| format!("{{{TRUST}}}")).replace("name: r", "name: r0#")
            }),
            ("wrong tags", |n| tags(n, |one| format!("k{one}: 1"))),
            ("keys written twice", |n| {
                tags(n, |one| format!("k{}: x", one / 2))
            }),
            ("keys that are numbers", |n| {
                tags(n, |one| format!("{one}: x"))
            }),
            ("anchors", |n| tags(n, |one| format!("k{one}: &a{one} 1"))),
            ("aliases", |n| {
                tags(n, |one| {
                    if one == 0 {
                        "k0: &a 1".to_owned()
                    } else {
                        format!("k{one}: *a")
                    }
                })
            }),
            ("one line of wrong values", |n| in_one_line(n, "[1]")),
            ("one line of tags", |n| in_one_line(n, "!x &a [1]")),
        ];
        for (name, case) in cases {
            let (once, twice) = (cost(&case(1500)), cost(&case(3000)));
            assert!(
                twice * 10 <= once * 23,
                "{name}: {once} steps, then {twice}"
            );
        }
    }
}
