//! The page of findings is made from the table of rules, and every example in it is tried: the bad one has the finding,
//! with its place, the good one has not.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rolewright::findings::{Finding, Rule, Severity, allow, only_in_changes, rules};

use crate::bless;
use crate::support::Project;

const FILE: &str = "docs/findings.md";

const HEAD: &str = "# Findings

`validate`, `plan` and `apply` tell what is wrong with the policies of a stack, or worth a look, each with an id that never changes, a severity, and
the file and line of the very statement. This page is made from the program.

- **error**: IAM refuses it. Nothing is sent; exit code 1.
- **high**: gives away more than most would accept if they knew.
- **medium**: wider than it probably should be, or without effect.
- **low**: untidy, or easily misread.

By default only errors stop a run. `--deny SEVERITY` refuses findings of a severity and worse, `--deny ID` those of one id, with exit code 3;
`--allow ID` leaves those of one id out of account. Both can be given several times.

A comment in the manifest, or in a policy file that is YAML, allows one finding where it stands, and says why:

```yaml example
inlinePolicies:
  break-glass:
    Version: \"2012-10-17\"
    Statement:
      # rolewright: allow admin only assumed with MFA, see the runbook
      - { Effect: Allow, Action: \"*\", Resource: \"*\" }
```

On a line of its own it is about what begins on the next line that is no comment; behind something, about what begins on that line; before the first line of a
document, about the whole document. What begins there ends before the next line that is indented no further. A comment without a reason allows
nothing, and one that allows nothing is told. What is allowed is counted apart; `-v` and `--output json` show it with its reason.

`validate --output sarif` prints SARIF 2.1.0 for code scanning; allowed findings are suppressed there.

Which actions and condition keys there are comes from AWS's Service Authorization Reference; `src/catalogue` says from which package and day.
";

#[test]
fn the_page_of_findings_is_made_from_the_rules() {
    let mut all: Vec<&Rule> = rules().collect();
    all.sort_by_key(|rule| (Reverse(rule.severity), rule.id));
    let mut text = HEAD.to_owned();
    let mut severity = None;
    for rule in all {
        let Rule {
            id,
            severity: of,
            title,
            why,
            fix,
            frame: _,
            bad: _,
            good: _,
        } = rule;
        let [bad, good] = rule.examples();
        if severity != Some(*of) {
            severity = Some(*of);
            text.push_str(&format!("\n## {}\n", word(*of)));
        }
        text.push_str(&format!(
            "\n### {id}\n\n{title}. {why}\n\n```yaml example\n{bad}\n```\n\n{fix}\n\n```yaml example\n{good}\n```\n",
        ));
    }
    bless::holds(FILE, &text);
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    }
}

#[test]
fn ids_are_unique_and_in_kebab_case() {
    let mut seen = BTreeSet::new();
    for rule in rules() {
        assert!(seen.insert(rule.id), "{} is there twice", rule.id);
        let fits = |character: char| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
        };
        assert!(rule.id.chars().all(fits), "{}", rule.id);
    }
}

#[test]
fn every_bad_example_has_its_finding_and_no_good_one() {
    let mut wrong = Vec::new();
    // These are about a change from the good to the bad; a test beside the rule makes it.
    let in_changes = only_in_changes();
    for rule in rules().filter(|rule| !in_changes.contains(rule.id)) {
        let [bad, good] = rule.examples().map(|example| ids(&example));
        if !bad.contains(rule.id) || good.contains(rule.id) {
            wrong.push(format!("{}: bad {bad:?}, good {good:?}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is told about an example.
fn ids(example: &str) -> BTreeSet<String> {
    match Project::of(&manifest(example)).resolved() {
        Ok((resolved, sources)) => {
            let mut findings = resolved.findings;
            allow(&mut findings, &sources, &[]);
            for Finding { id, place, .. } in &findings {
                assert!(place.is_some(), "{id} has no place");
            }
            findings.into_iter().map(|finding| finding.id).collect()
        }
        Err(problems) => {
            let sorted = problems.sorted().into_iter();
            sorted.map(|problem| problem.code.clone()).collect()
        }
    }
}

/// An example is the spec of a role, or whole documents.
fn manifest(example: &str) -> String {
    if example.starts_with("apiVersion") || example.starts_with("kind") {
        return example.to_owned();
    }
    let spec: Vec<String> = example.lines().map(|line| format!("  {line}")).collect();
    let spec = spec.join("\n");
    format!("kind: Role\nmetadata: {{ name: app }}\nspec:\n{spec}\n")
}
