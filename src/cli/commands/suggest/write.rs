//! Where the policy goes, and what has to be said of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::analyzer::{Generated, Placeholder};
use crate::cli::terminal::{Failure, Ui};
use crate::text;

/// Where it goes, and in which language.
#[derive(Debug)]
pub(super) enum Target {
    /// To stdout, as YAML.
    Stdout,
    /// To a new file.
    File(PathBuf, Language),
}

/// How a policy is written down.
#[derive(Debug, Clone, Copy)]
pub(super) enum Language {
    /// As IAM has it.
    Json,
    /// As manifests have it.
    Yaml,
}

impl Target {
    /// A file has to be new, and to say by its extension what is in it.
    pub(super) fn of(out: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = out else {
            return Ok(Target::Stdout);
        };
        let language = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Language::Json,
            Some("yaml" | "yml") => Language::Yaml,
            _ => {
                let message = format!("--out {}: call it .json, .yaml or .yml", path.display());
                return Err(Failure::Usage(message));
            }
        };
        if path.exists() {
            return Err(failed(path, &std::io::ErrorKind::AlreadyExists.into()));
        }
        Ok(Target::File(path.to_owned(), language))
    }

    /// Writes the policy and says what is left to do.
    pub(super) fn write(self, job: &str, generated: &Generated, ui: &Ui) -> Result<(), Failure> {
        let written = match &self {
            _ if generated.is_empty() => None,
            Target::Stdout => None,
            Target::File(path, language) => {
                let text = document(generated, *language)?;
                let mut file =
                    std::fs::File::create_new(path).map_err(|error| failed(path, &error))?;
                file.write_all(text.as_bytes())
                    .map_err(|error| failed(path, &error))?;
                Some(path)
            }
        };
        if ui.json {
            Ui::print_json(&json(job, generated, written));
            return Ok(());
        }
        match (&self, written) {
            (_, Some(path)) => Ui::result(&format!("wrote {}\n", path.display())),
            (Target::Stdout, None) if !generated.is_empty() => {
                Ui::result(&document(generated, Language::Yaml)?);
            }
            _ => {}
        }
        for remark in remarks(generated) {
            ui.say(&remark);
        }
        Ok(())
    }
}

fn document(generated: &Generated, language: Language) -> Result<String, Failure> {
    match language {
        Language::Json => Ok(format!("{:#}\n", generated.document)),
        Language::Yaml => serde_yaml::to_string(&generated.document)
            .map_err(|error| Failure::other(format!("cannot write YAML: {error}"), None)),
    }
}

fn json(job: &str, generated: &Generated, written: Option<&PathBuf>) -> serde_json::Value {
    let Generated {
        principal,
        document,
        placeholders,
        is_complete,
    } = generated;
    let placeholders = placeholders.iter().map(|placeholder| {
        let Placeholder { name, resources } = placeholder;
        serde_json::json!({ "name": name, "resources": resources })
    });
    serde_json::json!({
        "job": job,
        "principal": principal,
        "isComplete": is_complete,
        "placeholders": placeholders.collect::<Vec<_>>(),
        "policy": document,
        "written": written,
    })
}

/// What is left to do, one sentence each.
fn remarks(generated: &Generated) -> Vec<String> {
    if generated.is_empty() {
        return vec![
            "the role has done nothing in that time that CloudTrail shows: there is no policy to write".to_owned(),
        ];
    }
    let filled = generated.placeholders.iter().map(|placeholder| {
        let Placeholder { name, resources } = placeholder;
        format!("fill in {name} in {}", text::and_list(resources))
    });
    let mut remarks: Vec<String> = filled.collect();
    if !generated.is_complete {
        remarks.push(
            "AWS says that it is not complete: of some services it knows only that they were used, so compare it with what the role has".to_owned(),
        );
    }
    remarks
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    let hint = (error.kind() == std::io::ErrorKind::AlreadyExists)
        .then_some("choose another file; nothing is overwritten");
    Failure::other(format!("cannot write {}: {error}", path.display()), hint)
}
