//! Texts that `{{ … }}` must not be read into: manifests fill in expressions, and what AWS has holds none.

use serde_json::Value as Json;

/// What begins an expression, or what is refused as the beginning of a statement.
const MARKS: [&str; 2] = ["{{", "{%"];

/// A text that reads back as it is: two braces are the value of an expression that gives two braces.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = next(rest) {
        let (before, from) = rest.split_at(at);
        let (mark, after) = from.split_at(2);
        out.push_str(before);
        out.push_str(&format!("{{{{ \"{mark}\" }}}}"));
        rest = after;
    }
    out + rest
}

fn next(text: &str) -> Option<usize> {
    MARKS.into_iter().filter_map(|mark| text.find(mark)).min()
}

/// The same for every text of a value. Keys hold no expressions.
pub(super) fn tree(value: Json) -> Json {
    match value {
        Json::String(text) => Json::String(escaped(&text)),
        Json::Array(items) => items.into_iter().map(tree).collect(),
        Json::Object(fields) => {
            let fields = fields.into_iter();
            Json::Object(fields.map(|(name, field)| (name, tree(field))).collect())
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::manifest::{Scope, evaluate};

    #[test]
    fn only_what_would_be_read_is_escaped() {
        for (text, expected) in [
            ("", ""),
            ("${aws:username}", "${aws:username}"),
            ("a } b }}", "a } b }}"),
            ("{ {", "{ {"),
            ("{{", r#"{{ "{{" }}"#),
            ("a{{{b", r#"a{{ "{{" }}{b"#),
            ("{% if x %}", r#"{{ "{%" }} if x %}"#),
            ("{{ var.x }}", r#"{{ "{{" }} var.x }}"#),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_escaped_reads_back(text in r#"[{}% "'\\a-]{0,12}( if )?[{}%"-]{0,4}"#) {
            let read = evaluate(&escaped(&text), &Scope::default()).unwrap();
            prop_assert_eq!(read.text, text);
        }
    }
}
