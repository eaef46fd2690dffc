//! Findings and problems as SARIF 2.1.0, as code scanning takes them (OASIS standard "Static Analysis Results Interchange
//! Format", sections 3.13 to 3.35).

use serde_json::{Value as Json, json};

use super::remark::Remark;
use crate::diagnostic::{Place, Problems};
use crate::findings::{Allowed, AllowedBy, Finding, Rule, Severity, rules};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run: the rules there are, and a result for each finding and each problem. Files are named relative to the
/// working directory, as they were given.
pub fn sarif(findings: &[Finding], problems: &Problems, version: &str) -> Json {
    let findings = findings.iter().map(Remark::from);
    let remarks = findings.chain(problems.sorted().into_iter().map(Remark::from));
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "rolewright",
                "version": version,
                "semanticVersion": version,
                "rules": rules().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": remarks.map(|one| result(&one)).collect::<Vec<_>>(),
        }],
    })
}

fn rule(rule: &Rule) -> Json {
    let Rule {
        id,
        severity,
        title,
        why,
        fix,
        frame: _,
        bad: _,
        good: _,
    } = rule;
    json!({
        "id": id,
        "shortDescription": { "text": title },
        "fullDescription": { "text": why },
        "help": { "text": format!("{why} {fix}"), "markdown": format!("{why}\n\n**Fix:** {fix}") },
        "defaultConfiguration": { "level": level(*severity) },
        "properties": { "security-severity": security_severity(*severity), "tags": ["security"] },
    })
}

/// SARIF's own three levels.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// The number that code scanning sorts by: over 7 is high, over 4 is medium.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
    }
}

fn result(remark: &Remark<'_>) -> Json {
    let mut result = json!({
        "ruleId": remark.code,
        "level": level(remark.severity),
        "message": { "text": sentences(remark.message, &remark.advice.join("; ")) },
        "locations": locations(remark.place),
    });
    if let Some((address, field)) = remark.about {
        let print = format!("{} {address} {field}", remark.code);
        result["partialFingerprints"] = json!({ "rolewright/v1": print });
    }
    if let Some(Allowed { by, reason }) = remark.allowed {
        let kind = match by {
            AllowedBy::Comment => "inSource",
            AllowedBy::CommandLine => "external",
        };
        result["suppressions"] = json!([{ "kind": kind, "justification": reason }]);
    }
    result
}

fn sentences(message: &str, fix: &str) -> String {
    let end = if fix.ends_with(['?', '.']) { "" } else { "." };
    if fix.is_empty() {
        format!("{message}.")
    } else {
        format!("{message}. Fix: {fix}{end}")
    }
}

fn locations(place: Option<&Place>) -> Json {
    let Some(Place {
        file,
        line,
        column,
        length,
    }) = place
    else {
        return json!([]);
    };
    json!([{ "physicalLocation": {
        "artifactLocation": { "uri": uri(file) },
        "region": { "startLine": line, "startColumn": column, "endColumn": column + length },
    } }])
}

/// A relative path as a URI: a leading `./` says nothing, and what is no plain character is escaped.
fn uri(file: &str) -> String {
    const PLAIN: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    let file = file.trim_start_matches("./");
    percent_encoding::utf8_percent_encode(file, PLAIN).to_string()
}
