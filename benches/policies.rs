//! How long understanding takes: the documents of a file are read, checked, and analysed as a change that adds them.
//! AWS's own managed policies make the file; `docs/performance.md` says how to write it.

#![expect(clippy::print_stdout, reason = "telling is what this program is for")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{env, fs};

use rolewright::access::{Home, RoleAccess, role_diff};
use rolewright::findings::{DocumentSubject, in_document};
use rolewright::policy::{Document, Usage, check};
use serde_json::Value;

const HOME: Home<'_> = Home {
    account: "123456789012",
    partition: "aws",
};
const SLOWEST: usize = 5;

fn main() {
    // Cargo passes flags of its own.
    let Some(file) = env::args().skip(1).find(|word| !word.starts_with('-')) else {
        println!(
            "policies: nothing to do without a file of documents by name (docs/performance.md)"
        );
        return;
    };
    let text = fs::read_to_string(&file).expect("the file can be read");
    let documents: BTreeMap<String, Value> =
        serde_json::from_str(&text).expect("the file is an object of documents");
    let began = Instant::now();
    let mut times: Vec<(Duration, &str)> = documents
        .iter()
        .map(|(name, json)| (understood(json), name.as_str()))
        .collect();
    let total = began.elapsed();
    println!("{} documents in {total:.2?}", documents.len());
    times.sort_unstable_by(|one, other| other.cmp(one));
    for (time, name) in times.iter().take(SLOWEST) {
        println!("  {time:.1?}  {name}");
    }
}

/// Reads one document and finds out all that the product says about it.
fn understood(json: &Value) -> Duration {
    let began = Instant::now();
    let document = Document::from_json(json.clone()).expect("it is a policy");
    black_box(check(&document, Usage::Identity));
    let nothing = RoleAccess {
        home: HOME,
        ..RoleAccess::default()
    };
    let given = RoleAccess {
        home: HOME,
        identity: vec![&document],
        ..RoleAccess::default()
    };
    black_box(role_diff(&nothing, &given));
    black_box(in_document(&DocumentSubject {
        document: &document,
        usage: Usage::Identity,
        account: HOME.account,
        partition: HOME.partition,
    }));
    began.elapsed()
}
