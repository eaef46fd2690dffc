//! Files that are made from the program: compared in a normal run, written anew with `BLESS=1 cargo test`.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository.
pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Its text.
pub(crate) fn read(relative: &str) -> String {
    fs::read_to_string(path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
}

/// The file must hold this text; with `BLESS=1` it is made to.
#[track_caller]
pub(crate) fn holds(relative: &str, text: &str) {
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        let folder = path(relative)
            .parent()
            .map(Path::to_owned)
            .expect("files stand in folders");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(path(relative), text))
            .expect("the repository can be written");
        return;
    }
    let is = fs::read_to_string(path(relative)).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(is.as_str(), text)
        .unified_diff()
        .to_string();
    assert!(
        is == text,
        "{relative} is out of date; `BLESS=1 cargo test` writes it anew:\n{difference}"
    );
}
