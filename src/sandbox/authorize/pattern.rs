//! `*` and `?` in actions and resources, and policy variables.

use super::Context;

pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some('?') => (p, t) = (p + 1, t + 1),
            Some(letter) if *letter == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                // The last `*` takes one more.
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    (p, t) = (at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

/// The text with `${key}` replaced by the request's value; `None` when the request has none, and nothing matches then.
/// Characters of the value are meant as they are, which no pattern of ours can say: values here have no wildcards.
pub(super) fn filled(text: &str, context: &Context) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}')?;
        out.push_str(before);
        match name {
            "*" | "?" | "$" => out.push_str(name),
            name => {
                let (key, default) = name.split_once(',').unwrap_or((name, ""));
                let value = context
                    .get(&key.trim().to_lowercase())
                    .and_then(|values| values.first());
                let default = default.trim().trim_matches('\'');
                match value {
                    Some(value) => out.push_str(value),
                    None if !default.is_empty() => out.push_str(default),
                    None => return None,
                }
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}
