//! Kinds and their fields are named in `src/kinds` alone: what another stage needs to know of a kind, it asks the kind.
//! The names come from the registry, so that a new kind is covered at once. A name is a literal, or its constant.

use std::collections::BTreeSet;
use std::fmt::Write;

use rolewright::kinds;

use super::{File, sources};

/// What may say these names: the kinds, the list of names, and the sandbox, which shares no code with them.
const AT_HOME: [&str; 3] = ["kinds", "model", "sandbox"];

/// Where else a name may stand: the beginning of a path below `src`, the name, and why.
const EXCEPTIONS: [(&str, &str, &str); 8] = [
    (
        "cli/commands/credentials/imds.rs",
        "instanceProfile",
        "a member of what the command prints for programs",
    ),
    (
        "cli/commands/export.rs",
        "ROLE",
        "its arguments are the names of roles",
    ),
    (
        "cli/commands/export.rs",
        "USER_POLICY",
        "`--user` is the name of a user with policies",
    ),
    (
        "cli/commands/permissions/mod.rs",
        "ROLE",
        "it prints a manifest of one",
    ),
    (
        "cli/commands/suggest/mod.rs",
        "Role",
        "a member of IAM's answer to GetRole",
    ),
    (
        "revocation/look.rs",
        "Role",
        "a filter of GetAccountAuthorizationDetails",
    ),
    (
        "revocation/subject.rs",
        "Role",
        "how IAM's answers begin the names of members",
    ),
    (
        "revocation/subject.rs",
        "ROLE",
        "roles and users have sessions that can be revoked",
    ),
];

#[test]
fn kinds_and_fields_are_named_in_the_kinds_alone() {
    let names = Names::registered();
    let mut found = String::new();
    let mut used = BTreeSet::new();
    for file in sources().iter().filter(|file| !is_at_home(file)) {
        let path = file.path.to_str().unwrap();
        for (number, line) in file.code() {
            for name in names.on(line) {
                let below = path.trim_start_matches("src/");
                let exception = EXCEPTIONS.iter().position(|(start, exception, _)| {
                    below.starts_with(start) && *exception == name
                });
                if let Some(exception) = exception {
                    used.insert(exception);
                } else {
                    let _ = writeln!(found, "{path}:{number}: `{name}`");
                }
            }
        }
    }
    assert!(found.is_empty(), "ask the kind instead:\n{found}");
    let all = EXCEPTIONS.iter().enumerate();
    let unused: Vec<_> = all.filter(|(index, _)| !used.contains(index)).collect();
    assert!(unused.is_empty(), "exceptions of nothing: {unused:#?}");
}

fn is_at_home(file: &File) -> bool {
    AT_HOME.contains(&file.module.as_str()) || file.path.ends_with("sample.rs")
}

/// The names that kinds and their fields have.
struct Names {
    kinds: Vec<&'static str>,
    fields: BTreeSet<&'static str>,
}

impl Names {
    fn registered() -> Self {
        let fields = kinds::ALL.into_iter().flat_map(kinds::Kind::fields);
        Self {
            kinds: kinds::names(),
            fields: fields.map(|field| field.name.as_str()).collect(),
        }
    }

    /// Those that a line says. A field's name of one word is a word of English and of AWS as well: as a literal it counts
    /// where it is compared with a field.
    fn on(&self, line: &str) -> Vec<String> {
        let mut found = Vec::new();
        for kind in &self.kinds {
            let constant = constant(kind);
            found.extend(line.contains(&quoted(kind)).then(|| (*kind).to_owned()));
            found.extend(says(line, "kind::", &constant).then_some(constant));
        }
        for field in &self.fields {
            let constant = constant(field);
            let is_one_word = field.chars().all(|letter| letter.is_ascii_lowercase());
            let is_compared = line.contains("field.as_str()") || line.contains(".field ");
            let counts = !is_one_word || is_compared;
            let is_literal = counts && line.contains(&quoted(field));
            found.extend(is_literal.then(|| (*field).to_owned()));
            found.extend(says(line, "field::", &constant).then_some(constant));
        }
        found
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// `INSTANCE_PROFILE` for `InstanceProfile` and for `instanceProfile`.
fn constant(name: &str) -> String {
    let mut out = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
    }
    out
}

fn says(line: &str, start: &str, constant: &str) -> bool {
    let whole = format!("{start}{constant}");
    let mut ends = line.match_indices(&whole).map(|(at, _)| {
        let after = line[at + whole.len()..].chars().next();
        !after.is_some_and(|next| next == '_' || next.is_ascii_alphanumeric())
    });
    ends.any(|ends| ends)
}

#[test]
fn the_reader_of_names_is_no_rubber_stamp() {
    let names = Names::registered();
    let on = |line| names.on(line);
    assert_eq!(on(r#"match kind { "Role" => 1, _ => 2 }"#), ["Role"]);
    assert_eq!(on("if address.kind == kind::ROLE {"), ["ROLE"]);
    assert_eq!(on("field::INSTANCE_PROFILE =>"), ["INSTANCE_PROFILE"]);
    assert_eq!(on(r#"= "managedPolicies";"#), ["managedPolicies"]);
    assert_eq!(on(r#"if path.field.as_str() == "tags" {"#), ["tags"]);
    assert!(on(r#"json!({ "path": path, "Roles": roles })"#).is_empty());
    assert!(on("field::LIVE_NAME, kind::USER, kind::ROLES").is_empty());
}
