//! How long understanding takes: the documents of a file are read, checked, and analysed as a change that adds them.
//! AWS's own managed policies make the file; `docs/performance.md` says how to write it.

#![expect(clippy::print_stdout, reason = "telling is what this program is for")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{env, fs};

use rolewright::access;
use rolewright::findings::in_document;
use rolewright::model::{AccessView, AwsScope, FieldPath, Partition, PolicyView};
use rolewright::policy::{Document, PolicyPurpose, check};
use serde_json::Value;

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
    black_box(check(&document, PolicyPurpose::Identity));
    let path = FieldPath::new(rolewright::model::field::INLINE_POLICIES);
    let given = role(&document, &path);
    black_box(access::diff(&AccessView::default(), &given, &scope()));
    black_box(in_document(&document, PolicyPurpose::Identity, &scope()));
    began.elapsed()
}

/// Where the documents are taken to be.
fn scope() -> AwsScope {
    AwsScope {
        partition: Partition::Aws,
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

/// A role with one inline policy.
fn role<'a>(document: &'a Document, path: &'a FieldPath) -> AccessView<'a> {
    let policy = PolicyView {
        path,
        purpose: PolicyPurpose::Identity,
        document,
    };
    AccessView {
        policies: vec![policy],
        ..AccessView::default()
    }
}
