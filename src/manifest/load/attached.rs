//! The files that manifests refer to, such as policy documents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::input::{self, Bounds, Limit, folder_of};

use super::{STDIN, folder, unreadable, with_slashes};

/// Where the files come from that manifests refer to.
pub trait Files {
    /// Reads the file at `path`, which is relative to the folder of `manifest` (to the current folder, for
    /// standard input) unless it is absolute. Gives the name to show, and the text. The fault has no place:
    /// the caller knows where the path was written.
    fn read(&self, manifest: &str, path: &str) -> Result<(String, String), Diagnostic>;
}

/// Files on disk, in the folders of the manifests unless the user allows others: the author of a manifest must not get to
/// read what only the one who runs it may read.
#[derive(Debug, Clone, Default)]
pub struct DiskFiles {
    /// Nothing when files may lie anywhere.
    folders: Option<Vec<PathBuf>>,
}

impl DiskFiles {
    /// Those in the folders that these paths name, or that the files named have; for standard input the current folder.
    pub fn of(paths: &[PathBuf]) -> Self {
        let folder = |path: &PathBuf| match path {
            path if path.is_dir() => path.clone(),
            path => folder_of(path).to_owned(),
        };
        Self {
            folders: Some(paths.iter().map(folder).collect()),
        }
    }

    /// Those anywhere.
    pub fn anywhere() -> Self {
        Self { folders: None }
    }

    /// Whether a path leads to something that may be read.
    pub(super) fn allow(&self, path: &Path) -> bool {
        let folders = self.folders.as_deref();
        folders.is_none_or(|folders| input::lies_below(path, folders))
    }

    fn bounds(&self) -> Bounds<'_> {
        let folders = self.folders.as_deref();
        folders.map_or(Bounds::Anywhere, Bounds::Below)
    }
}

impl Files for DiskFiles {
    fn read(&self, manifest: &str, path: &str) -> Result<(String, String), Diagnostic> {
        let name = beside(manifest, path);
        let file = Path::new(&name);
        match input::text(file, Limit::POLICY, self.bounds()) {
            Ok(text) => Ok((name, text)),
            Err(error) if error.is_missing() => {
                let names = folder::beside(file);
                Err(missing(&name, names.iter().map(String::as_str)))
            }
            Err(error) => Err(unreadable(&name, &error)),
        }
    }
}

/// Files in memory, by the name to show: for tests, and for previews of files that are not written yet.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles(pub BTreeMap<String, String>);

impl Files for MemoryFiles {
    fn read(&self, manifest: &str, path: &str) -> Result<(String, String), Diagnostic> {
        let name = beside(manifest, path);
        if let Some(text) = self.0.get(&name) {
            return Ok((name, text.clone()));
        }
        let names = self
            .0
            .keys()
            .filter_map(|name| Path::new(name).file_name()?.to_str());
        Err(missing(&name, names))
    }
}

fn missing<'a>(name: &str, beside: impl Iterator<Item = &'a str>) -> Diagnostic {
    let typed = name.rsplit('/').next().unwrap_or(name);
    Diagnostic::error("no-such-file", format!("{name} does not exist"))
        .maybe_hint(did_you_mean(typed, beside))
        .hint("paths are relative to the manifest's folder")
}

/// `path` seen from the folder of `manifest`, with `.` and `..` worked out as far as the text allows.
fn beside(manifest: &str, path: &str) -> String {
    let path = with_slashes(path);
    let folder = match manifest.rsplit_once('/') {
        _ if Path::new(&path).is_absolute() || manifest == STDIN => "",
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => "",
    };
    let joined = match folder {
        "" => path,
        "/" => format!("/{path}"),
        folder => format!("{folder}/{path}"),
    };
    tidy(&joined)
}

fn tidy(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    if is_absolute {
        format!("/{path}")
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_manifests_folder() {
        for (manifest, path, name) in [
            ("role.yaml", "trust.json", "trust.json"),
            (
                "examples/s3/role.yaml",
                "trust.json",
                "examples/s3/trust.json",
            ),
            (
                "examples/s3/role.yaml",
                "./a/../trust.json",
                "examples/s3/trust.json",
            ),
            (
                "examples/s3/role.yaml",
                "../trust.json",
                "examples/trust.json",
            ),
            ("role.yaml", "../../trust.json", "../../trust.json"),
            ("../a/role.yaml", "../../trust.json", "../../trust.json"),
            ("a/role.yaml", "/etc/trust.json", "/etc/trust.json"),
            ("/role.yaml", "trust.json", "/trust.json"),
            (STDIN, "policies/trust.json", "policies/trust.json"),
        ] {
            assert_eq!(beside(manifest, path), name, "{path} from {manifest}");
        }
    }

    #[test]
    fn a_missing_file_offers_its_neighbour() {
        let files = MemoryFiles([("s3/trust.json".to_owned(), "{}".to_owned())].into());
        let found = files.read("s3/role.yaml", "trust.json");
        assert_eq!(found, Ok(("s3/trust.json".to_owned(), "{}".to_owned())));
        let fault = files.read("s3/role.yaml", "trusts.json").unwrap_err();
        assert_eq!(fault.message, "s3/trusts.json does not exist");
        assert_eq!(fault.hints[0], "did you mean `trust.json`?");
    }
}
