//! Every direct dependency is explained, and nothing is explained that is not there.

use std::collections::BTreeSet;

use crate::bless;

#[test]
fn every_dependency_is_explained() {
    assert_eq!(
        explained(),
        declared(),
        "rows of docs/dependencies.md on the left, Cargo.toml on the right"
    );
}

/// The first cells of the tables.
fn explained() -> BTreeSet<String> {
    let name = regex_lite::Regex::new("`([a-z0-9_-]+)`").expect("the pattern is well formed");
    let rows = bless::read("docs/dependencies.md");
    let cells = rows
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    cells
        .filter(|cell| cell.starts_with('`'))
        // What stands in brackets is the package behind a name.
        .map(|cell| cell.split(" (").next().unwrap_or_default())
        .flat_map(|cell| {
            name.captures_iter(cell)
                .map(|found| found[1].to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The keys of the dependency sections of the manifest.
fn declared() -> BTreeSet<String> {
    let manifest = bless::read("Cargo.toml");
    let mut section = "";
    let mut names = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]")
            && let Some((name, _)) = line.split_once(" = ")
        {
            names.insert(name.to_owned());
        }
    }
    names
}
