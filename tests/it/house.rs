//! The walls of the house: what each folder may import, how long a file may be, where I/O may happen.
//! The walls stand in a table of `docs/architecture.md`, each with its reason, and are read from there.

mod kinds;
mod literals;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use rolewright::resolve;

/// The only modules that wait, and so know the runtime.
const ASYNC: [&str; 6] = ["live", "apply", "aws", "sandbox", "run", "cli"];

/// The modules that only compute: equal input gives equal output.
const PURE: [&str; 19] = [
    "diagnostic",
    "text",
    "export",
    "saved",
    "offline",
    "permissions",
    "revocation",
    "access",
    "analyzer",
    "findings",
    "catalogue",
    "policy",
    "model",
    "cloud",
    "kinds",
    "resolve",
    "graph",
    "plan",
    "render",
];

/// What a module that only computes cannot mention.
const IMPURE: [&str; 6] = [
    "std::fs",
    "std::env",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "Zoned::now",
];

/// Beyond this a file is refused; it should be split long before.
const LONGEST: usize = 450;

/// Beyond this a function is refused.
const LONGEST_FUNCTION: usize = 60;

/// What the run must not know: it is used by programs without a command line as well.
const COMMAND_LINE: [&str; 5] = ["clap", "std::env", "println", "eprintln", "Exit"];

/// One source file.
struct File {
    path: PathBuf,
    module: String,
    /// The lines before the unit tests.
    lines: Vec<String>,
}

#[test]
fn no_module_reaches_through_a_wall() {
    let mut broken = String::new();
    let walls = walls();
    for file in sources() {
        let Some(allowed) = walls.get(&file.module) else {
            continue;
        };
        for (number, line) in file.code() {
            for used in uses(line) {
                if used != file.module && !allowed.contains(&used) {
                    let _ = writeln!(
                        broken,
                        "{}:{number}: `{}` uses `{used}`, but may only use {allowed:?}",
                        file.path.display(),
                        file.module
                    );
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn every_module_has_its_wall() {
    let walls = walls();
    let sources = sources();
    for file in &sources {
        let module = file.module.as_str();
        assert!(
            walls.contains_key(module) || ["cli", "lib", "main"].contains(&module),
            "`{module}` is new: say in the table what it may use"
        );
    }
    for module in walls.keys() {
        assert!(
            sources.iter().any(|file| file.module == *module),
            "the table has `{module}`, and there is none"
        );
    }
}

#[test]
fn every_suite_is_explained() {
    let text = architecture();
    for entry in fs::read_dir(root().join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let is_suite = path.join("main.rs").is_file() || path.extension() == Some("rs".as_ref());
        let name = format!("`tests/{}`", path.file_name().unwrap().display());
        assert!(
            !is_suite || text.contains(&name),
            "docs/architecture.md does not say what {name} is for"
        );
    }
}

#[test]
fn only_the_edge_waits() {
    let inside = |module: &str| !ASYNC.contains(&module) && module != "main";
    let found = mentions(inside, &["tokio"]);
    assert!(
        found.is_empty(),
        "only {ASYNC:?} may know the runtime:\n{found}"
    );
}

#[test]
fn what_computes_reads_no_file_environment_or_clock() {
    let found = mentions(|module| PURE.contains(&module), &IMPURE);
    assert!(
        found.is_empty(),
        "{PURE:?} may not use {IMPURE:?}:\n{found}"
    );
}

#[test]
fn the_run_knows_no_command_line() {
    let found = mentions(|module| module == "run", &COMMAND_LINE);
    assert!(
        found.is_empty(),
        "`run` may not use {COMMAND_LINE:?}:\n{found}"
    );
}

#[test]
fn files_are_read_in_one_place() {
    let reads = [
        "fs::read(",
        "read_to_string(",
        "File::open(",
        "fs::OpenOptions::new().read",
        "stdin().lock().read_to",
    ];
    let found = mentions(|module| module != "input", &reads);
    assert!(
        found.is_empty(),
        "only `input` knows limits; it may not be gone around:\n{found}"
    );
}

#[test]
fn no_function_is_too_long_to_read() {
    let mut long = String::new();
    for file in sources() {
        for (name, lines) in functions(&file.lines) {
            if lines > LONGEST_FUNCTION {
                let _ = writeln!(long, "{}: `{name}` has {lines} lines", file.path.display());
            }
        }
    }
    assert!(
        long.is_empty(),
        "split by content at {LONGEST_FUNCTION} lines:\n{long}"
    );
}

/// The functions of a formatted file: their names, and their lines from signature to closing brace.
fn functions(lines: &[String]) -> Vec<(&str, usize)> {
    let mut functions = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some((before, rest)) = line.split_once("fn ") else {
            continue;
        };
        let mut words = before.split_whitespace();
        if !words.all(|word| ["const", "async"].contains(&word) || word.starts_with("pub")) {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|line| *line == end);
        if let Some(length) = length {
            let name = rest.split(['(', '<']).next().unwrap_or(rest);
            functions.push((name, length + 1));
        }
    }
    functions
}

#[test]
fn every_file_says_what_lives_there() {
    let silent: Vec<String> = sources()
        .iter()
        .chain(&files_below("tests"))
        .filter(|file| {
            !file
                .lines
                .first()
                .is_some_and(|line| line.starts_with("//! "))
        })
        .map(|file| file.path.display().to_string())
        .collect();
    assert!(
        silent.is_empty(),
        "these do not open with `//!`: {silent:#?}"
    );
}

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|file| file.lines.len() > LONGEST)
        .map(|file| format!("{}: {} lines", file.path.display(), file.lines.len()))
        .collect();
    assert!(
        long.is_empty(),
        "split by content at {LONGEST} lines: {long:#?}"
    );
}

#[test]
fn every_kind_has_a_schema_and_an_example() {
    let mut examples = String::new();
    for path in walk(&root().join("examples")) {
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            examples.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    for kind in resolve::kind_names() {
        let schema = root().join(format!("schemas/{}.schema.json", kind.to_lowercase()));
        assert!(
            schema.is_file(),
            "{kind} has no {}: BLESS=1 writes it",
            schema.display()
        );
        let declared = format!("kind: {kind}");
        assert!(
            examples.lines().any(|line| line == declared),
            "no example declares a document of kind {kind}"
        );
    }
}

#[test]
fn the_reader_of_imports_is_no_rubber_stamp() {
    assert_eq!(quoted(" `policy` (patterns), `text` "), ["policy", "text"]);
    assert_eq!(walls()["apply"], ["cloud", "model", "plan"]);
    assert_eq!(walls()["text"], [""; 0]);
    assert_eq!(uses("use crate::plan::Step;"), ["plan"]);
    assert_eq!(uses("    crate::{aws::Client, cli}"), ["aws", "cli"]);
    assert_eq!(uses("let x = crate::text::count(1, \"a\");"), ["text"]);
    assert_eq!(uses("use crate::cloud::{Call, Fault};"), ["cloud"]);
    assert!(uses("pub(crate) fn x()").is_empty());
    let lines = [
        "    pub(super) async fn a<T>(",
        "    ) {",
        "    }",
        "fn b() {",
        "}",
    ];
    let lines = lines.map(str::to_owned);
    assert_eq!(functions(&lines), [("a", 3), ("b", 2)]);
    assert!(is_word("use std::time::Instant;", "Instant"));
    assert!(!is_word("a: Instance", "Instant") && !is_word("Instants", "Instant"));
}

fn architecture() -> String {
    fs::read_to_string(root().join("docs/architecture.md")).unwrap()
}

/// Which of the crate's modules each module may use. `cli` may use all, and nobody may use `cli`.
fn walls() -> BTreeMap<String, Vec<String>> {
    let text = architecture();
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| folder"));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let walls: BTreeMap<String, Vec<String>> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').collect();
            (quoted(cells[1]).concat(), quoted(cells[2]))
        })
        .filter(|(module, _)| module != "cli")
        .collect();
    assert!(walls.len() > 20, "the table of walls was not found");
    walls
}

/// What stands in backquotes.
fn quoted(text: &str) -> Vec<String> {
    let parts = text.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

fn mentions(inside: impl Fn(&str) -> bool, words: &[&str]) -> String {
    let mut found = String::new();
    for file in sources().iter().filter(|file| inside(&file.module)) {
        for (number, line) in file.code() {
            for word in words.iter().filter(|word| is_word(line, word)) {
                let _ = writeln!(found, "{}:{number}: {word}", file.path.display());
            }
        }
    }
    found
}

fn is_word(line: &str, word: &str) -> bool {
    let part = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// The modules of the crate that a line names: `crate::x`, or several in `crate::{x, y::z}`.
fn uses(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(several) => found.extend(several.split(',').map(name)),
            None => found.push(name(rest)),
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn name(text: &str) -> String {
    let part = |character: &char| character.is_ascii_lowercase() || *character == '_';
    text.trim_start().chars().take_while(part).collect()
}

impl File {
    /// Numbered lines without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.lines.iter().enumerate();
        let code = numbered.filter(|(_, line)| !line.trim_start().starts_with("//"));
        code.map(|(at, line)| (at + 1, line.as_str()))
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The sources without unit tests.
fn sources() -> Vec<File> {
    let files = files_below("src");
    assert!(files.len() > 20, "the sources were not found");
    files
}

fn files_below(folder: &str) -> Vec<File> {
    let folder = root().join(folder);
    walk(&folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !is_tests(path))
        .map(|path| read(&folder, &path))
        .collect()
}

fn is_tests(path: &Path) -> bool {
    let is_below_src = path.starts_with(root().join("src"));
    is_below_src
        && path
            .iter()
            .any(|part| part == "tests" || part == "tests.rs")
}

fn read(folder: &Path, path: &Path) -> File {
    let text = fs::read_to_string(path).unwrap();
    let inside = path.strip_prefix(folder).unwrap();
    let first = inside.iter().next().unwrap().to_string_lossy();
    let module = first.trim_end_matches(".rs").to_owned();
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
    File {
        module,
        lines: lines.map(str::to_owned).collect(),
        path: path.strip_prefix(root()).unwrap().to_owned(),
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
