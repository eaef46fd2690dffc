//! The AWS settings of a machine: every row of the table in `docs/configuration.md` is tried on the binary, and what the table
//! does not say is a story of its own.

mod attempt;
mod recorder;
mod rows;
mod secure;
mod stories;

use std::collections::{BTreeMap, BTreeSet};

use attempt::Attempt;

const PAGE: &str = include_str!("../../../docs/configuration.md");

/// How a setting is treated, and its names: those of variables and those of keys.
struct Row {
    treatment: String,
    variables: Vec<String>,
    keys: Vec<String>,
}

fn table() -> Vec<Row> {
    let (_, table) = PAGE.split_once("## Every setting").expect("it is there");
    let lines = table.lines().filter(|line| line.starts_with("| "));
    let cells = |line: &str| -> Vec<String> {
        line.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let names = |cell: &str| -> Vec<String> {
        let parts = cell.split(", ").filter(|part| !part.is_empty());
        parts
            .map(|part| part.trim_matches('`').to_owned())
            .collect()
    };
    lines
        .skip(1)
        .map(cells)
        .map(|cells| Row {
            variables: names(&cells[1]),
            keys: names(&cells[2]),
            treatment: cells[3].clone(),
        })
        .collect()
}

#[test]
fn every_setting_of_the_table_that_is_honoured_is_honoured() {
    let rows = rows::honoured();
    let named: BTreeSet<String> = table()
        .into_iter()
        .filter(|row| row.treatment == "honoured")
        .flat_map(|row| row.variables.into_iter().chain(row.keys))
        .collect();
    let tried: BTreeSet<String> = rows
        .iter()
        .flat_map(|(names, _)| names.split(' ').map(str::to_owned))
        .collect();
    assert_eq!(named, tried);
    for (_, attempt) in rows {
        attempt();
    }
}

#[test]
fn every_setting_of_the_table_that_is_refused_stops_the_run() {
    let values: BTreeMap<&str, Attempt> = [
        (
            "mfa_serial",
            Attempt::bare()
                .key("role_arn", "arn:aws:iam::123456789012:role/r")
                .key("source_profile", "it")
                .key("mfa_serial", "arn:aws:iam::123456789012:mfa/me"),
        ),
        (
            "s3",
            Attempt::with_keys().key("s3", "\n  use_accelerate_endpoint = true"),
        ),
    ]
    .into();
    let mut special = values;
    for row in table().into_iter().filter(|row| row.treatment == "refused") {
        for name in &row.variables {
            Attempt::with_keys()
                .variable(name, "/x")
                .run()
                .stopped(name);
        }
        for name in &row.keys {
            let attempt = special.remove(name.as_str());
            let attempt = attempt.unwrap_or_else(|| Attempt::with_keys().key(name, "x"));
            attempt.run().stopped(name);
        }
    }
}

#[test]
fn every_setting_of_the_table_without_effect_changes_nothing() {
    for row in table()
        .into_iter()
        .filter(|row| row.treatment == "no effect")
    {
        let mut attempt = Attempt::with_keys();
        for name in &row.variables {
            attempt = attempt.variable(name, "legacy");
        }
        for name in &row.keys {
            attempt = attempt.key(name, "legacy");
        }
        let seen = attempt.run();
        assert_eq!(seen.key(), "AKIAENVIRONMENT", "{:?}", row.variables);
        assert_eq!(seen.requests.len(), 1);
    }
}

#[test]
fn every_row_says_how_its_setting_is_treated() {
    let rows = table();
    assert!(rows.len() > 40, "{}", rows.len());
    for row in rows {
        let known = ["honoured", "refused", "no effect"];
        assert!(known.contains(&row.treatment.as_str()), "{}", row.treatment);
    }
}
