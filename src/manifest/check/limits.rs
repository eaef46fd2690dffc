//! Bounds on numbers, texts and lists.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Number, Value};

use crate::text;

use super::finding::{self, Finding};
use super::walk::Path;

/// How the value compares to a bound when it breaks it.
type Broken = fn(Ordering) -> bool;

pub(super) fn number(number: &Number, schema: &Value, path: &Path<'_>) -> Vec<Finding> {
    let said = |bound: &Number, must: &str| {
        finding::out_of_range(
            path.pointer(),
            &format!("be {must} {bound}"),
            &format!("not {number}"),
        )
    };
    let bound = |keyword: &str| match schema.get(keyword) {
        Some(Value::Number(bound)) => Some(bound),
        _ => None,
    };
    let rules: [(&str, &str, Broken); 4] = [
        ("minimum", "at least", Ordering::is_lt),
        ("maximum", "at most", Ordering::is_gt),
        ("exclusiveMinimum", "more than", Ordering::is_le),
        ("exclusiveMaximum", "less than", Ordering::is_ge),
    ];
    rules
        .into_iter()
        .filter_map(|(keyword, must, is_broken)| {
            let bound = bound(keyword)?;
            is_broken(compare(number, bound)).then(|| said(bound, must))
        })
        .collect()
}

/// By value: exactly for integers, through floating point otherwise.
fn compare(left: &Number, right: &Number) -> Ordering {
    if let (Some(left), Some(right)) = (left.as_i128(), right.as_i128()) {
        return left.cmp(&right);
    }
    let float = |number: &Number| number.as_f64().unwrap_or(f64::NAN);
    float(left).total_cmp(&float(right))
}

pub(super) fn text(value: &str, schema: &Value, path: &Path<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if bounded(schema, "minLength").is_some() || bounded(schema, "maxLength").is_some() {
        let length = value.chars().count();
        findings.extend(size(
            length,
            schema,
            ("minLength", "maxLength"),
            "character",
            path,
        ));
    }
    if let Some(Value::String(pattern)) = schema.get("pattern")
        && !matches(pattern, value)
    {
        let hint = schema.get("x-hint").and_then(Value::as_str);
        findings.push(finding::bad_pattern(path.pointer(), value, pattern, hint));
    }
    findings
}

pub(super) fn list(items: &[Value], schema: &Value, path: &Path<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        size(items.len(), schema, ("minItems", "maxItems"), "item", path)
            .into_iter()
            .collect();
    if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
        let twice = |(index, item): &(usize, &Value)| items[..*index].contains(item);
        let repeated = items.iter().enumerate().filter(twice);
        findings.extend(
            repeated.map(|(index, item)| finding::not_unique(path.item(index).pointer(), item)),
        );
    }
    findings
}

pub(super) fn fields(count: usize, schema: &Value, path: &Path<'_>) -> Option<Finding> {
    size(
        count,
        schema,
        ("minProperties", "maxProperties"),
        "field",
        path,
    )
}

fn bounded(schema: &Value, keyword: &str) -> Option<usize> {
    usize::try_from(schema.get(keyword)?.as_u64()?).ok()
}

fn size(
    size: usize,
    schema: &Value,
    (least, most): (&str, &str),
    noun: &str,
    path: &Path<'_>,
) -> Option<Finding> {
    let said = |must: String| {
        Some(finding::out_of_range(
            path.pointer(),
            &must,
            &format!("not {size}"),
        ))
    };
    if size == 0 && bounded(schema, least) == Some(1) {
        return Some(finding::empty(path.pointer()));
    }
    match (bounded(schema, least), bounded(schema, most)) {
        (Some(least), _) if size < least => {
            said(format!("have at least {}", text::count(least, noun)))
        }
        (_, Some(most)) if size > most => said(format!("have at most {}", text::count(most, noun))),
        _ => None,
    }
}

thread_local! {
    /// Patterns are few and come from schemas, values are many; a memo, it changes no answer.
    static PATTERNS: RefCell<BTreeMap<String, Option<Regex>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Whether a pattern is found in a text. A pattern that cannot be read refuses nothing: it is a fault of the
/// schema, not of the user's text.
fn matches(pattern: &str, value: &str) -> bool {
    PATTERNS.with_borrow_mut(|known| {
        let regex = known
            .entry(pattern.to_owned())
            .or_insert_with(|| Regex::new(pattern).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(value))
    })
}
