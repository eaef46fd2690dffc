//! Files that import one another in a circle have to be read together, so a circle stays small. Imports are `use`
//! lines and paths, followed through re-exports to the file that has the item. A `mod.rs` that names its own children
//! is no import: a folder and what is in it are read together anyway.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::bless;

/// The most files that may import one another in a circle.
const MOST: usize = 10;

/// A module's path below the crate, or an item's.
type Segments = Vec<String>;

/// One source file: its text without comments, unit tests and imports, and what it imports under which name.
struct File {
    body: String,
    imports: BTreeMap<String, Segments>,
    /// Names that others may take from here.
    exported: BTreeSet<String>,
}

#[test]
fn no_circle_of_imports_is_too_long_to_read() {
    let files = files();
    let graph: DiGraphMap<&Segments, ()> = files
        .iter()
        .flat_map(|(module, file)| {
            let used = used(&files, module, file);
            used.into_iter().map(move |used| (module, used, ()))
        })
        .collect();
    let circles = tarjan_scc(&graph).into_iter();
    let long: Vec<Vec<String>> = circles
        .filter(|circle| circle.len() > MOST)
        .map(|circle| circle.iter().map(|module| module.join("/")).collect())
        .collect();
    assert!(
        long.is_empty(),
        "more than {MOST} files import one another: {long:#?}"
    );
}

#[test]
fn the_reader_of_circles_is_no_rubber_stamp() {
    let files = files();
    let used_by = |module: &str| {
        let module: Segments = module.split('/').map(str::to_owned).collect();
        let found = used(&files, &module, &files[&module]);
        found.iter().map(|used| used.join("/")).collect::<Vec<_>>()
    };
    // By a `use` of an item, by a path through an imported module, and through a re-export.
    let route = used_by("sandbox/route");
    for expected in ["sandbox/service", "sandbox/iam/actions", "sandbox/s3/rest"] {
        assert!(
            route.iter().any(|used| used == expected),
            "{expected} is not among {route:?}"
        );
    }
    assert_eq!(
        expanded("super::{a::B, c::{self, D as E}}"),
        ["super::a::B", "super::c::self", "super::c::D as E"]
    );
}

/// The files that one imports.
fn used<'a>(
    files: &'a BTreeMap<Segments, File>,
    module: &Segments,
    file: &File,
) -> BTreeSet<&'a Segments> {
    let in_path = |character: char| character.is_alphanumeric() || "_:".contains(character);
    let words = file.body.split(|character| !in_path(character));
    let paths = words.filter(|word| word.contains("::"));
    let written = paths.filter_map(|path| {
        let segments: Segments = path.split("::").map(str::to_owned).collect();
        match file.imports.get(&segments[0]) {
            Some(imported) => Some([imported, &segments[1..]].concat()),
            None => absolute(module, &segments),
        }
    });
    // What an imported module is for, its paths say.
    let items = file.imports.iter().filter(|(name, path)| {
        !files.contains_key(*path) || !file.body.contains(&format!("{name}::"))
    });
    let items = items
        .filter(|(name, _)| !file.exported.contains(*name))
        .map(|(_, path)| path.clone());
    let all: Vec<Segments> = items.chain(written).collect();
    let found = all.iter().filter_map(|path| home(files, path, 0));
    found.filter(|used| *used != module).collect()
}

/// The file that has what a path leads to.
fn home<'a>(
    files: &'a BTreeMap<Segments, File>,
    path: &Segments,
    steps: usize,
) -> Option<&'a Segments> {
    let mut prefixes = (1..=path.len()).rev();
    let (module, file) = prefixes.find_map(|length| files.get_key_value(&path[..length]))?;
    let rest = &path[module.len()..];
    let imported = rest.first().and_then(|name| file.imports.get(name));
    match imported {
        Some(imported) if steps < 8 => {
            let path = [imported, &rest[1..]].concat();
            home(files, &path, steps + 1).or(Some(module))
        }
        _ => Some(module),
    }
}

/// A path from the crate's root; `None` if it begins elsewhere.
fn absolute(module: &Segments, path: &[String]) -> Option<Segments> {
    let climbs = path.iter().take_while(|part| *part == "super").count();
    match path[0].as_str() {
        "crate" => Some(path[1..].to_vec()),
        "super" => {
            let above = &module[..module.len().checked_sub(climbs)?];
            Some([above, &path[climbs..]].concat())
        }
        _ => None,
    }
}

fn files() -> BTreeMap<Segments, File> {
    let root = bless::path("src");
    let mut found = BTreeMap::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 100, "the sources were not found");
    found
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<Segments, File>) {
    for entry in fs::read_dir(folder).expect("the sources can be listed") {
        let path = entry.expect("the sources can be listed").path();
        let name = path.file_stem().unwrap_or_default();
        if name == "tests" || name == "testing" {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, found);
            continue;
        }
        let inside = path.strip_prefix(root).expect("it stands below");
        let mut module: Segments = inside
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        module.retain(|part| part != "mod");
        let text = fs::read_to_string(&path).expect("sources are text");
        let file = read(&module, &text);
        found.insert(module, file);
    }
}

fn read(module: &Segments, text: &str) -> File {
    let mut file = File {
        body: String::new(),
        imports: BTreeMap::new(),
        exported: BTreeSet::new(),
    };
    let text = text.split("\n#[cfg(test)]\nmod tests {").next();
    let lines = text.into_iter().flat_map(str::lines);
    let mut lines = lines.filter(|line| !line.trim_start().starts_with("//"));
    while let Some(line) = lines.next() {
        let (before, import) = line.split_once("use ").unwrap_or((line, ""));
        let is_exported = before.trim_start().starts_with("pub");
        let is_import = before.trim().is_empty() || is_exported && before.ends_with([' ', ')']);
        if import.is_empty() || !is_import {
            file.body.push_str(line);
            file.body.push('\n');
            continue;
        }
        let mut import = import.to_owned();
        while !import.contains(';') {
            import.push_str(lines.next().expect("an import ends"));
        }
        for path in expanded(import.trim_end_matches(';')) {
            file.note(module, &path, is_exported);
        }
    }
    file
}

impl File {
    /// Remembers one path of an import. What comes from another crate is left out.
    fn note(&mut self, module: &Segments, path: &str, is_exported: bool) {
        let (path, alias) = path.split_once(" as ").unwrap_or((path, ""));
        let path = path.trim_end_matches("::self");
        let path: Segments = path.split("::").map(str::to_owned).collect();
        // A re-export may begin with a child's name.
        let from_child = || is_exported.then(|| [module.as_slice(), &path].concat());
        let Some(target) = absolute(module, &path).or_else(from_child) else {
            return;
        };
        let name = match (alias, path.last()) {
            ("", Some(last)) => last.clone(),
            (alias, _) => alias.to_owned(),
        };
        if is_exported {
            self.exported.insert(name.clone());
        }
        self.imports.insert(name, target);
    }
}

/// The paths of a `use`, with braces resolved.
fn expanded(text: &str) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((before, inside)) = text.split_once('{') else {
        return vec![text.trim().to_owned()];
    };
    let inside = inside.trim_end().strip_suffix('}').unwrap_or(inside);
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for character in inside.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    let parts = parts.iter().map(|part| part.trim());
    parts
        .filter(|part| !part.is_empty())
        .flat_map(expanded)
        .map(|part| format!("{before}{part}"))
        .collect()
}
