//! Every test that the page of promises names exists.

use std::path::Path;

use crate::bless;

#[test]
fn every_test_that_holds_a_promise_exists() {
    let name = regex_lite::Regex::new(r"`([a-z]+(?:_[a-z0-9]+){2,})`").expect("it is well formed");
    let mut sources = String::new();
    for folder in ["tests", "src"] {
        collect(&bless::path(folder), &mut sources);
    }
    let page = bless::read("docs/promises.md");
    let names: Vec<&str> = name
        .captures_iter(&page)
        .filter_map(|found| Some(found.get(1)?.as_str()))
        .collect();
    assert!(names.len() > 20, "the page names tests");
    for name in names {
        let is_there = sources.contains(&format!("fn {name}("));
        assert!(is_there, "docs/promises.md names {name}, which is no test");
    }
}

fn collect(folder: &Path, sources: &mut String) {
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|end| end == "rs") {
            sources.push_str(&std::fs::read_to_string(&path).expect("it is text"));
        }
    }
}
