//! Files, folders and standard input to [`Sources`]; and the files that manifests refer to. The only
//! reader of files in this stage. What the texts say is not looked at, except to distinguish manifests from
//! other YAML that lies beside them.

mod attached;
mod folder;
mod likely;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Problems, Sources, did_you_mean};
use crate::input::{self, Bounds, InputError, Limit};

pub use attached::{DiskFiles, Files, MemoryFiles};
pub use likely::is_policy;

/// The name under which standard input is known.
pub const STDIN: &str = "<stdin>";

/// Reads manifests: files by their name, folders with all manifests in them, and standard input for `-`.
///
/// A file that is named is always a manifest. In a folder, `*.yaml`, `*.yml` and `*.json` are looked at,
/// sorted and recursively, hidden ones left out; taken are those with `apiVersion`, `kind`, `metadata` or
/// `spec` at the top of a document. So policies and variables may lie beside their manifests, and a manifest
/// that lost its `apiVersion` still gets an error rather than silence.
///
/// Manifests that are found in a folder have to lie where `files` allows it. The faults are everything that could not be read,
/// and folders without a manifest.
pub fn load(paths: &[PathBuf], files: &DiskFiles) -> Result<Sources, Problems> {
    load_with(paths, files, &mut std::io::stdin().lock())
}

/// [`load`] with another reader for `-`.
pub fn load_with(
    paths: &[PathBuf],
    files: &DiskFiles,
    stdin: &mut dyn Read,
) -> Result<Sources, Problems> {
    let mut loading = Loading::new(files);
    for path in paths {
        if path.as_os_str() == "-" {
            loading.stdin(stdin);
        } else {
            loading.path(path);
        }
    }
    let Loading {
        files: _,
        sources,
        problems,
        seen: _,
    } = loading;
    problems.or_value(sources)
}

/// A file with variables: the name to show, and the text.
pub fn variable_file(path: &Path) -> Result<(String, String), Diagnostic> {
    let name = shown(path);
    match input::text(path, Limit::VARIABLES, Bounds::ItsFolder) {
        Ok(text) => Ok((name, text)),
        Err(error) if error.is_missing() => Err(missing(path, &name)),
        Err(error) => Err(unreadable(&name, &error)),
    }
}

struct Loading<'a> {
    files: &'a DiskFiles,
    sources: Sources,
    problems: Problems,
    /// Files that were read, by their real path: naming one twice, or a file and its folder, is no fault.
    seen: BTreeSet<PathBuf>,
}

impl<'a> Loading<'a> {
    fn new(files: &'a DiskFiles) -> Self {
        Self {
            files,
            sources: Sources::none(),
            problems: Problems::none(),
            seen: BTreeSet::new(),
        }
    }

    fn stdin(&mut self, stdin: &mut dyn Read) {
        if self.sources.get(STDIN).is_some() {
            return;
        }
        let read = input::text_from(stdin, Limit::MANIFEST);
        self.add(STDIN, read);
    }

    fn path(&mut self, path: &Path) {
        let name = shown(path);
        match std::fs::metadata(path) {
            Ok(about) if about.is_dir() => self.folder(path, &name),
            Ok(_) => self.file(path, &name),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.problems.push(missing(path, &name));
            }
            Err(error) => self.problems.push(unreadable(&name, &error.into())),
        }
    }

    fn file(&mut self, path: &Path, name: &str) {
        if !self.is_new(path) {
            return;
        }
        let read = input::text(path, Limit::MANIFEST, Bounds::ItsFolder);
        self.add(name, read);
    }

    fn is_new(&mut self, path: &Path) -> bool {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.seen.insert(real)
    }

    fn add(&mut self, name: &str, read: Result<String, InputError>) {
        match read {
            Ok(text) => self.sources.add_manifest(name, text),
            Err(error) => self.problems.push(unreadable(name, &error)),
        }
    }

    fn folder(&mut self, folder: &Path, name: &str) {
        let found = folder::files(folder, self.files, &mut self.problems);
        let mut manifests = 0;
        for path in &found {
            if let Some(read) = self.manifest_in_folder(path) {
                manifests += 1;
                if self.is_new(path) {
                    self.add(&shown(path), read);
                }
            }
        }
        if manifests == 0 {
            self.problems.push(nothing_in(name, found.len()));
        }
    }

    /// What is read of a file that was found in a folder; nothing of one that is no manifest.
    fn manifest_in_folder(&self, path: &Path) -> Option<Result<String, InputError>> {
        match input::text(path, Limit::MANIFEST, Bounds::Anywhere) {
            Ok(text) if !likely::is_manifest(&text) => None,
            Ok(_) if !self.files.allow(path) => Some(Err(InputError::Outside)),
            // What is no text has to be a manifest as far as it can be read, to be a fault.
            Err(InputError::NotText { .. }) if !begins_as_manifest(path) => None,
            read => Some(read),
        }
    }
}

fn begins_as_manifest(path: &Path) -> bool {
    input::beginning(path).is_some_and(|text| likely::is_manifest(&text))
}

/// A path as the user typed it, with `/`, and without a leading `./`.
fn shown(path: &Path) -> String {
    let name = with_slashes(&path.to_string_lossy());
    match name.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => name,
    }
}

fn with_slashes(path: &str) -> String {
    path.replace(std::path::MAIN_SEPARATOR, "/")
}

fn unreadable(name: &str, error: &InputError) -> Diagnostic {
    let code = match error {
        InputError::NotText { .. } => "not-utf8",
        InputError::TooLarge { .. } => "too-large",
        InputError::LeadsAway | InputError::Outside => "outside",
        InputError::Io(_) | InputError::NotRegular(_) => "unreadable",
    };
    Diagnostic::error(code, format!("{name} cannot be read: {error}"))
        .maybe_hint(error.hint().map(str::to_owned))
}

fn missing(path: &Path, name: &str) -> Diagnostic {
    let beside = folder::beside(path);
    let typed = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let hint = typed.and_then(|typed| did_you_mean(&typed, beside.iter().map(String::as_str)));
    Diagnostic::error("no-such-file", format!("{name} does not exist")).maybe_hint(hint)
}

fn nothing_in(name: &str, looked_at: usize) -> Diagnostic {
    let fault = Diagnostic::error("no-manifests", format!("there is no manifest in {name}"));
    match looked_at {
        0 => fault.hint("a folder's manifests are its *.yaml, *.yml and *.json files; `rolewright init` writes a first one"),
        _ => fault.hint("none of its YAML and JSON files has `apiVersion: rolewright.dev/v1`"),
    }
}

#[cfg(test)]
mod tests;
