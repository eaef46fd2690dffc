//! Distinguishes manifests from the other YAML and JSON in a folder, and policies from files that are none, without asking that
//! they be well-formed: a broken manifest must be complained about, not skipped.

use serde_json::Value;

use crate::manifest::yaml;

/// The fields of a manifest. Policies have none of them at their top.
const TOP: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// The fields of a policy. Version in lower case is what many other files have.
const POLICY: [&str; 5] = ["Version", "Id", "Statement", "statement", "services"];

/// Whether one of the documents has a manifest's field at its top.
pub(super) fn is_manifest(text: &str) -> bool {
    has_one_of(&TOP, text)
}

/// Whether a file that a manifest names as a policy is meant to be one. Nothing is shown of any other: it may be a file that its
/// reader must not see.
pub fn is_policy(text: &str) -> bool {
    has_one_of(&POLICY, text)
}

fn has_one_of(fields: &[&str], text: &str) -> bool {
    if text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{')
    {
        in_braces(fields, text)
    } else {
        documents(text).any(|document| has_top_field(fields, &document))
    }
}

/// Text in braces has no lines to go by: it is read, and when that fails, searched.
fn in_braces(names: &[&str], text: &str) -> bool {
    let (documents, problems) = yaml::parse("", text);
    if problems.has_errors() && documents.is_empty() {
        let quoted = |name: &&str| text.contains(&format!("\"{name}\""));
        return names.iter().any(quoted);
    }
    documents.iter().any(|document| match &document.value {
        Value::Object(fields) => names.iter().any(|name| fields.contains_key(*name)),
        _ => false,
    })
}

/// The lines that say something, document by document.
fn documents(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let mut documents = vec![Vec::new()];
    for line in text.trim_start_matches('\u{feff}').lines() {
        if line.starts_with("---") {
            documents.push(Vec::new());
        } else if let Some(document) = documents.last_mut()
            && !line.trim().is_empty()
            && !line.trim_start().starts_with('#')
        {
            document.push(line);
        }
    }
    documents.into_iter()
}

/// Whether a line that is indented like the first begins with one of these fields.
fn has_top_field(names: &[&str], lines: &[&str]) -> bool {
    let Some(first) = lines.first() else {
        return false;
    };
    let indentation = &first[..first.len() - first.trim_start().len()];
    lines
        .iter()
        .filter_map(|line| line.strip_prefix(indentation))
        .any(|line| names.iter().any(|name| is_field(line, name)))
}

fn is_field(line: &str, name: &str) -> bool {
    let bare = line.trim_start_matches(['"', '\'']);
    bare.strip_prefix(name).is_some_and(|rest| {
        rest.trim_start_matches(['"', '\''])
            .trim_start()
            .starts_with(':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_known_by_their_fields() {
        for text in [
            "apiVersion: rolewright.dev/v1\nkind: Role\n",
            "# comment\n\n---\n  kind: Role\n  apiVersion: x\n",
            "Version: 2012-10-17\n---\n\"apiVersion\" : x\n",
            "apiVersoin: rolewright.dev/v1\nkind: Role\n",
            "kind: Role\nspec: [\n",
            "apiVersion: x\n\tbroken: [\n",
            "{\"apiVersion\": \"rolewright.dev/v1\"}",
            "{\"apiVersion\": \"rolewright.dev/v1\", broken",
            "\u{feff}apiVersion: x\n",
        ] {
            assert!(is_manifest(text), "{text}");
        }
    }

    #[test]
    fn policies_are_known_by_theirs_even_when_they_are_broken() {
        for text in [
            "{\"Version\": \"2012-10-17\", \"Statement\": []}",
            "{\"Statement\": [ {",
            "Version: 2012-10-17\nStatement: [\n",
            "# trust\nStatement:\n  - x: *y\n",
        ] {
            assert!(is_policy(text), "{text}");
        }
        for text in [
            "ghp_0123456789",
            "[default]\naws_secret_access_key = x\n",
            "AWS_SECRET_ACCESS_KEY=x\n",
            "password: x\n",
            "*ghp_0123456789",
            "- Statement: in a list\n",
            "{\"auths\": {\"ghcr.io\": {\"auth\": \"x\"}}}",
            "{\"private_key\": \"x\"",
        ] {
            assert!(!is_policy(text), "{text}");
        }
    }

    #[test]
    fn other_files_are_not() {
        for text in [
            "",
            "# only a comment\n",
            "{\"Version\": \"2012-10-17\", \"Statement\": [{\"kind\": 1}]}",
            "{\"Version\": broken",
            "Version: 2012-10-17\nStatement:\n  kind: x\n",
            "- apiVersion: in a list\n",
            "kindness: 1\n",
            "bucket: s3access\n",
        ] {
            assert!(!is_manifest(text), "{text}");
        }
    }
}
