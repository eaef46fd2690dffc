//! `role.TestRole-1.arn` to `role["TestRole-1"].arn`. IAM's names may hold `.`, `-`, `+`, `=`, `,` and `@`, which
//! the expression language would take for operators.

/// Writes dotted paths that begin with `var` or with a word for resources as subscripts; the rest does not change.
pub(super) fn rewrite(source: &str, is_resource: &dyn Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(source.len() + 8);
    let mut rest = source;
    while let Some(letter) = rest.chars().next() {
        let taken = match letter {
            '"' | '\'' => quoted(rest),
            _ if is_word(letter) => {
                let word = word(rest);
                let after = &rest[word.len()..];
                let is_name = !out.ends_with('.');
                match word {
                    "var" if is_name => dotted(word, variable(after), &mut out, rest),
                    _ if is_name && is_resource(word) => dotted(word, named(after), &mut out, rest),
                    word => copied(word, &mut out),
                }
            }
            letter => copied(&rest[..letter.len_utf8()], &mut out),
        };
        if matches!(letter, '"' | '\'') {
            out.push_str(&rest[..taken]);
        }
        rest = &rest[taken..];
    }
    out
}

fn copied(text: &str, out: &mut String) -> usize {
    out.push_str(text);
    text.len()
}

/// Writes `word` and the path after it; gives how much of `rest` that was.
fn dotted(word: &str, path: Option<Vec<&str>>, out: &mut String, rest: &str) -> usize {
    let mut taken = copied(word, out);
    for part in path.into_iter().flatten() {
        out.extend(["[", &format!("{part:?}"), "]"]);
        taken += 1 + part.len();
    }
    debug_assert!(taken <= rest.len());
    taken
}

/// The parts of `.NAME.part…` after `var`.
fn variable(after: &str) -> Option<Vec<&str>> {
    let is_part = |letter: char| is_word(letter) || letter == '-';
    let length = after.find(|letter| letter != '.' && !is_part(letter));
    let path = after[..length.unwrap_or(after.len())].trim_end_matches('.');
    let parts: Vec<&str> = path.strip_prefix('.')?.split('.').collect();
    parts.iter().all(|part| !part.is_empty()).then_some(parts)
}

/// The name and the attribute of `.NAME.arn` after `role`. The name ends at the first `.arn` or `.name` that
/// nothing joins on to; a path without either is split at its last dot, for the sake of the error.
fn named(after: &str) -> Option<Vec<&str>> {
    let after = after.strip_prefix('.')?;
    let is_part = |letter: char| is_word(letter) || "+=,.@-".contains(letter);
    let length = after.find(|letter| !is_part(letter)).unwrap_or(after.len());
    let path = after[..length].trim_end_matches('.');
    let ends = ["arn", "name"].into_iter().flat_map(|attribute| {
        path.match_indices(attribute)
            .filter(move |(index, _)| is_end(path, *index, attribute.len()))
            .map(move |(index, _)| (index, attribute.len()))
    });
    if let Some((index, length)) = ends.min() {
        return Some(vec![&path[..index - 1], &path[index..index + length]]);
    }
    match path.rsplit_once('.') {
        Some((name, attribute)) if !name.is_empty() => Some(vec![name, attribute]),
        _ if path.is_empty() => None,
        _ => Some(vec![path]),
    }
}

/// Whether the attribute at `index` follows a name and a dot, and ends the path or stands before an operator.
fn is_end(path: &str, index: usize, length: usize) -> bool {
    let follows_name = index > 1 && path[..index].ends_with('.');
    let next = path[index + length..].chars().next();
    follows_name && next.is_none_or(|next| matches!(next, '+' | '=' | ','))
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn word(rest: &str) -> &str {
    let length = rest.find(|letter| !is_word(letter));
    &rest[..length.unwrap_or(rest.len())]
}

/// The length of the quoted text that `rest` begins with.
fn quoted(rest: &str) -> usize {
    let mut letters = rest.char_indices();
    let mark = letters.next().map(|(_, mark)| mark);
    let mut is_escaped = false;
    for (index, letter) in letters {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            letter if Some(letter) == mark => return index + letter.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_subscripts() {
        for (source, rewritten) in [
            ("role.TestRole-1.arn", r#"role["TestRole-1"]["arn"]"#),
            ("role.a.b@c.arn", r#"role["a.b@c"]["arn"]"#),
            ("role.arn.arn", r#"role["arn"]["arn"]"#),
            (
                "role.x.arn+role.y.arn",
                r#"role["x"]["arn"]+role["y"]["arn"]"#,
            ),
            (
                "[role.x.arn,role.y.name]",
                r#"[role["x"]["arn"],role["y"]["name"]]"#,
            ),
            (
                "role.x.arn == 'role.y.arn'",
                r#"role["x"]["arn"] == 'role.y.arn'"#,
            ),
            (r#"role["x"].arn"#, r#"role["x"].arn"#),
            ("role.x.id", r#"role["x"]["id"]"#),
            ("role.x", r#"role["x"]"#),
            ("role", "role"),
            ("role.", "role."),
            ("my.role.x", "my.role.x"),
            (
                "instance_profile.s3access-profile.arn | upper",
                r#"instance_profile["s3access-profile"]["arn"] | upper"#,
            ),
            ("var.my-name", r#"var["my-name"]"#),
            (
                "var.net.sub-net ~ var.x",
                r#"var["net"]["sub-net"] ~ var["x"]"#,
            ),
            ("var..x", "var..x"),
            ("'it\\'s var.x' ~ var.y", r#"'it\'s var.x' ~ var["y"]"#),
            ("'unclosed var.x", "'unclosed var.x"),
        ] {
            let is_resource = |word: &str| ["role", "instance_profile"].contains(&word);
            assert_eq!(rewrite(source, &is_resource), rewritten, "{source}");
        }
    }
}
