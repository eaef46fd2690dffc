//! README and docs are tests: manifests in them are valid, sessions in them really run and print what they
//! say, links lead somewhere, tables that repeat the program are made from it.
//!
//! A fence's first word says what is done with the block: `console` is run, `yaml` is validated (`yaml weather`
//! and `yaml seed` as those), `json` is parsed; `sh` and `text` are for the eye only.

mod blocks;
mod dependencies;
mod fields;
mod findings;
mod links;
mod promises;
mod session;

use std::path::Path;

use crate::bless;
use blocks::Block;

/// Every Markdown file of the repository that people read.
fn files() -> Vec<String> {
    let entries = std::fs::read_dir(bless::path("docs")).expect("there are docs");
    let mut files: Vec<String> = entries
        .map(|entry| entry.expect("docs can be listed").file_name())
        .map(|name| name.into_string().expect("names are text"))
        .filter(|name| {
            Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "md")
        })
        .map(|name| format!("docs/{name}"))
        .collect();
    files.extend(["README.md".to_owned(), "CHANGELOG.md".to_owned()]);
    files.sort();
    files
}

#[test]
fn manifests_in_the_docs_are_valid() {
    for file in files() {
        for block in blocks::of(&bless::read(&file)) {
            let Block { line, info, text } = &block;
            let fault = match info.as_str() {
                "yaml" => session::validate(text).err(),
                "yaml weather" => serde_yaml::from_str::<rolewright::sandbox::Weather>(text)
                    .err()
                    .map(|error| error.to_string()),
                "yaml seed" => session::plant(text).err(),
                "json" => serde_json::from_str::<serde_json::Value>(text)
                    .err()
                    .map(|error| error.to_string()),
                _ => None,
            };
            assert_eq!(fault, None, "{file}:{line}");
        }
    }
}

#[test]
fn fences_say_what_is_in_them() {
    let known = [
        "console",
        "yaml",
        "yaml example",
        "yaml weather",
        "yaml seed",
        "json",
        "sh",
        "text",
        "rust",
    ];
    for file in files() {
        for Block {
            line,
            info,
            text: _,
        } in blocks::of(&bless::read(&file))
        {
            assert!(
                known.contains(&info.as_str()),
                "{file}:{line}: a fence with `{info}`"
            );
        }
    }
}

#[test]
fn sessions_in_the_docs_run_and_print_what_they_say() {
    for file in files() {
        let text = bless::read(&file);
        let mut session = session::Session::new();
        let run = blocks::rewritten(&text, |block| {
            (block.info == "console").then(|| session.replay(&block.text))
        });
        bless::holds(&file, &run);
    }
}

#[test]
fn exit_codes_in_the_docs_are_those_of_the_program() {
    use rolewright::cli::Exit;
    let documented: Vec<u8> = bless::read("docs/exit-codes.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok())
        .collect();
    let codes = [
        Exit::Done,
        Exit::Error,
        Exit::Changes,
        Exit::Refused,
        Exit::Stale,
        Exit::Partial,
        Exit::NotConverged,
        Exit::Usage,
        Exit::Unwritten,
        Exit::Interrupted,
    ];
    assert_eq!(documented, codes.map(Exit::code));
}
