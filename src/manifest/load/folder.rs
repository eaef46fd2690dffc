//! Walking folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::diagnostic::Problems;

use super::{DiskFiles, shown, unreadable};
use crate::input::{InputError, folder_of};

/// The files in a folder and below that may be manifests, sorted. Hidden files and folders are left out;
/// a folder that links back to one above is entered once, one that links to elsewhere is a fault.
pub(super) fn files(folder: &Path, allowed: &DiskFiles, problems: &mut Problems) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(folder, allowed, &mut found, &mut BTreeSet::new(), problems);
    found
}

fn walk(
    folder: &Path,
    allowed: &DiskFiles,
    found: &mut Vec<PathBuf>,
    entered: &mut BTreeSet<PathBuf>,
    problems: &mut Problems,
) {
    if !allowed.allow(folder) {
        return problems.push(unreadable(&shown(folder), &InputError::Outside));
    }
    let real = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    if !entered.insert(real) {
        return;
    }
    let names = match names(folder) {
        Ok(names) => names,
        Err(error) => return problems.push(unreadable(&shown(folder), &error.into())),
    };
    for name in names.iter().filter(|name| !name.starts_with('.')) {
        let path = folder.join(name);
        if path.is_dir() {
            walk(&path, allowed, found, entered, problems);
        } else if is_candidate(name) {
            found.push(path);
        }
    }
}

fn names(folder: &Path) -> std::io::Result<BTreeSet<String>> {
    std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

fn is_candidate(name: &str) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
}

/// The names in the folder of a file, for "did you mean"; none when that folder cannot be read.
pub(super) fn beside(file: &Path) -> BTreeSet<String> {
    names(folder_of(file)).unwrap_or_default()
}
