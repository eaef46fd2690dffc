//! The JSON Schemas in `schemas/` are the ones that the code generates, fit the examples, and refuse what the
//! tool refuses. `BLESS=1 cargo test --test it schemas` writes them.

use std::fs;
use std::path::PathBuf;

use rolewright::diagnostic::Sources;
use rolewright::manifest;
use rolewright::render;
use rolewright::resolve;
use rolewright::saved;
use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every schema with the name of its file.
fn schemas() -> Vec<(String, Value)> {
    let mut all = vec![
        (
            "manifest.schema.json".to_owned(),
            resolve::manifest_schema(),
        ),
        ("plan.schema.json".to_owned(), saved::plan_schema()),
        ("events.schema.json".to_owned(), render::stream_schema()),
    ];
    for kind in resolve::kind_names() {
        let schema = resolve::kind_schema(kind).unwrap();
        all.push((format!("{}.schema.json", kind.to_lowercase()), schema));
    }
    all
}

#[test]
fn the_files_are_what_the_code_says() {
    let bless = std::env::var_os("BLESS").is_some();
    for (name, schema) in schemas() {
        let path = root().join("schemas").join(&name);
        let text = format!("{schema:#}\n");
        if bless {
            fs::create_dir_all(root().join("schemas")).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == text,
            "schemas/{name} is out of date: run the tests with BLESS=1"
        );
    }
}

#[test]
fn there_are_no_other_files() {
    let mut expected: Vec<String> = schemas().into_iter().map(|(name, _)| name).collect();
    expected.sort();
    let mut found: Vec<String> = fs::read_dir(root().join("schemas"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn every_example_validates_as_a_manifest_and_as_its_kind() {
    let whole = jsonschema::validator_for(&resolve::manifest_schema()).unwrap();
    let folders = fs::read_dir(root().join("examples")).unwrap();
    let mut paths: Vec<PathBuf> = folders.map(|entry| entry.unwrap().path()).collect();
    // These are the sandbox's, and no stacks.
    paths.retain(|path| !path.ends_with("weather"));
    let sources: Sources = manifest::load(&paths, &manifest::DiskFiles::of(&paths)).unwrap();
    let mut documents = 0;
    for (file, text) in sources.manifests() {
        for document in manifest::parse_yaml(file, text).0 {
            let kind = document.value["kind"].as_str().unwrap();
            let schema = resolve::kind_schema(kind).unwrap();
            let own = jsonschema::validator_for(&schema).unwrap();
            for validator in [&whole, &own] {
                let errors: Vec<String> = validator
                    .iter_errors(&document.value)
                    .map(|error| format!("{file}: {}: {error}", error.instance_path()))
                    .collect();
                assert!(errors.is_empty(), "{errors:#?}");
            }
            documents += 1;
        }
    }
    assert!(documents >= 10, "only {documents} documents were found");
}

fn document(kind: &str, metadata: &Value, spec: &Value) -> Value {
    json!({ "apiVersion": "rolewright.dev/v1", "kind": kind, "metadata": metadata, "spec": spec })
}

#[test]
fn documents_that_the_tool_refuses_do_not_validate() {
    let trust = json!({ "services": ["ec2.amazonaws.com"] });
    let role = |field: &str, value: Value| {
        document(
            "Role",
            &json!({ "name": "a" }),
            &json!({ "trustPolicy": trust, field: value }),
        )
    };
    let named = || json!({ "name": "a" });
    let wrong = [
        json!({ "kind": "Role", "metadata": { "name": "a" }, "spec": {} }),
        json!({ "apiVersion": "v2", "kind": "Role", "metadata": { "name": "a" }, "spec": {} }),
        document("Rol", &named(), &json!({})),
        document("Role", &json!({}), &json!({})),
        document("Role", &json!({ "name": 5 }), &json!({})),
        document("Role", &json!({ "name": "a", "labels": {} }), &json!({})),
        document(
            "Stack",
            &json!({ "name": "a", "protect": true }),
            &json!({}),
        ),
        document("Stack", &named(), &json!({ "accountId": "12" })),
        role("trustPolcy", json!({})),
        role("maxSessionDuration", json!(60)),
        role("maxSessionDuration", json!(true)),
        role("managedPolicies", json!("arn")),
        role("tags", json!({ "a": 5 })),
        role("inlinePolicyMode", json!("strict")),
        role("inlinePolicies", json!({ "a": "text" })),
        role("ensure", json!("gone")),
        role("instanceProfile", json!(1)),
        document("InstanceProfile", &named(), &json!({ "roles": ["a"] })),
        document("InstanceAssociation", &named(), &json!({})),
        document(
            "InstanceAssociation",
            &named(),
            &json!({ "instances": { "ids": [] } }),
        ),
        document(
            "InstanceAssociation",
            &json!({ "name": "a", "adopt": true }),
            &json!({ "instances": { "ids": ["i-1"] } }),
        ),
    ];
    let validator = jsonschema::validator_for(&resolve::manifest_schema()).unwrap();
    for document in wrong {
        assert!(
            !validator.is_valid(&document),
            "should be refused: {document}"
        );
    }
    let fine = role("path", json!("/app/"));
    assert!(validator.is_valid(&fine), "the base of these is fine");
}
