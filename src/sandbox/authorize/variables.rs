//! Policy variables in resources and conditions.

use super::Context;

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
