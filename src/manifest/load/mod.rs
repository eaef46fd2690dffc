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

pub use attached::{DiskFiles, Files, MemoryFiles};

/// The name under which standard input is known.
pub const STDIN: &str = "<stdin>";

/// Reads manifests: files by their name, folders with all manifests in them, and standard input for `-`.
///
/// A file that is named is always a manifest. In a folder, `*.yaml`, `*.yml` and `*.json` are looked at,
/// sorted and recursively, hidden ones left out; taken are those with `apiVersion`, `kind`, `metadata` or
/// `spec` at the top of a document. So policies and variables may lie beside their manifests, and a manifest
/// that lost its `apiVersion` still gets an error rather than silence.
///
/// The faults are everything that could not be read, and folders without a manifest.
pub fn load(paths: &[PathBuf]) -> Result<Sources, Problems> {
    load_with(paths, &mut std::io::stdin().lock())
}

/// [`load`] with another reader for `-`.
pub fn load_with(paths: &[PathBuf], stdin: &mut dyn Read) -> Result<Sources, Problems> {
    let mut loading = Loading::default();
    for path in paths {
        if path.as_os_str() == "-" {
            loading.stdin(stdin);
        } else {
            loading.path(path);
        }
    }
    let Loading {
        sources,
        problems,
        seen: _,
    } = loading;
    problems.or_value(sources)
}

#[derive(Default)]
struct Loading {
    sources: Sources,
    problems: Problems,
    /// Files that were read, by their real path: naming one twice, or a file and its folder, is no fault.
    seen: BTreeSet<PathBuf>,
}

impl Loading {
    fn stdin(&mut self, stdin: &mut dyn Read) {
        if self.sources.get(STDIN).is_some() {
            return;
        }
        let mut bytes = Vec::new();
        match stdin.read_to_end(&mut bytes) {
            Ok(_) => self.add(STDIN, bytes),
            Err(error) => self.problems.push(unreadable(STDIN, &error)),
        }
    }

    fn path(&mut self, path: &Path) {
        let name = shown(path);
        match std::fs::metadata(path) {
            Ok(about) if about.is_dir() => self.folder(path, &name),
            Ok(_) => self.file(path, &name),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.problems.push(missing(path, &name));
            }
            Err(error) => self.problems.push(unreadable(&name, &error)),
        }
    }

    fn file(&mut self, path: &Path, name: &str) {
        if !self.is_new(path) {
            return;
        }
        match std::fs::read(path) {
            Ok(bytes) => self.add(name, bytes),
            Err(error) => self.problems.push(unreadable(name, &error)),
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.seen.insert(real)
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        match text(name, bytes) {
            Ok(text) => self.sources.add_manifest(name, text),
            Err(fault) => self.problems.push(fault),
        }
    }

    fn folder(&mut self, folder: &Path, name: &str) {
        let found = folder::files(folder, &mut self.problems);
        let mut manifests = 0;
        for path in &found {
            let name = shown(path);
            let bytes = match std::fs::read(path) {
                Ok(bytes) => bytes,
                Err(error) => {
                    self.problems.push(unreadable(&name, &error));
                    manifests += 1;
                    continue;
                }
            };
            if likely::is_manifest(&String::from_utf8_lossy(&bytes)) {
                manifests += 1;
                if self.is_new(path) {
                    self.add(&name, bytes);
                }
            }
        }
        if manifests == 0 {
            self.problems.push(nothing_in(name, found.len()));
        }
    }
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

fn text(name: &str, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|byte| *byte == b'\n').count();
        Diagnostic::error(
            "not-utf8",
            format!("{name} is not UTF-8 text (line {line})"),
        )
        .hint("save it as UTF-8")
    })
}

fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    let fault = Diagnostic::error("unreadable", format!("{name} cannot be read: {error}"));
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => fault.hint("check the file's permissions"),
        _ => fault,
    }
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
