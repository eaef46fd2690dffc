//! Values as YAML that reads well and reads back the same, here and in any other YAML 1.1 or 1.2 parser. Not left to
//! `serde_yaml`: it leaves `2012-10-17` without quotes, which YAML 1.1 reads as a date.

use serde_json::{Map, Value as Json};

/// Words that some version of YAML reads as something else than text.
const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// What may stand in a text without quotes, beside letters and digits.
const PLAIN: &str = "_-./:=+@,*?$%&()<>;~^{} ";

/// A value in block style.
pub fn yaml(value: &Json) -> String {
    let mut out = String::new();
    match value {
        Json::Object(fields) if !fields.is_empty() => mapping(&mut out, fields, 0, ""),
        Json::Array(items) if !items.is_empty() => sequence(&mut out, items, 0, ""),
        scalar => below(&mut out, scalar, 0),
    }
    out.trim_start().to_owned()
}

/// The lines of a mapping. `lead` stands before the first one, in place of its indent, if it is not empty.
fn mapping(out: &mut String, fields: &Map<String, Json>, indent: usize, lead: &str) {
    for (index, (name, field)) in fields.iter().enumerate() {
        begin(out, indent, if index == 0 { lead } else { "" });
        out.push_str(&inline(name));
        out.push(':');
        below(out, field, indent + 2);
    }
}

fn sequence(out: &mut String, items: &[Json], indent: usize, lead: &str) {
    for (index, item) in items.iter().enumerate() {
        begin(out, indent, if index == 0 { lead } else { "" });
        let lead = "- ";
        match item {
            Json::Object(fields) if !fields.is_empty() => mapping(out, fields, indent + 2, lead),
            Json::Array(items) if !items.is_empty() => sequence(out, items, indent + 2, lead),
            scalar => {
                out.push('-');
                below(out, scalar, indent + 2);
            }
        }
    }
}

fn begin(out: &mut String, indent: usize, lead: &str) {
    if lead.is_empty() {
        out.extend(std::iter::repeat_n(' ', indent));
    } else {
        out.push_str(lead);
    }
}

/// What stands behind a key or a hyphen.
fn below(out: &mut String, value: &Json, indent: usize) {
    match value {
        Json::Object(fields) if fields.is_empty() => out.push_str(" {}\n"),
        Json::Array(items) if items.is_empty() => out.push_str(" []\n"),
        Json::Object(fields) => {
            out.push('\n');
            mapping(out, fields, indent, "");
        }
        Json::Array(items) => {
            out.push('\n');
            sequence(out, items, indent, "");
        }
        Json::String(text) if is_block(text) => block(out, text, indent),
        Json::String(text) => out.push_str(&format!(" {}\n", inline(text))),
        Json::Null | Json::Bool(_) | Json::Number(_) => out.push_str(&format!(" {value}\n")),
    }
}

/// Whether a text is several lines that can stand below each other as they are.
fn is_block(text: &str) -> bool {
    let lines = text.strip_suffix('\n').unwrap_or(text);
    let is_plain =
        |line: &str| line.is_empty() || (line.chars().all(is_printable) && !line.trim().is_empty());
    lines.contains('\n')
        && !lines.ends_with('\n')
        && !lines.starts_with(['\n', ' ', '\t'])
        && lines.split('\n').all(is_plain)
}

fn block(out: &mut String, text: &str, indent: usize) {
    out.push_str(if text.ends_with('\n') {
        " |\n"
    } else {
        " |-\n"
    });
    for line in text.lines() {
        if !line.is_empty() {
            begin(out, indent, "");
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// A text on one line, with quotes where it could be read as something else.
fn inline(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let needs_escapes =
        text.contains('\'') || !text.chars().all(|one| is_printable(one) && one != '\t');
    if text.contains(['"', '\\']) && !needs_escapes {
        return format!("'{text}'");
    }
    let mut out = String::from('"');
    text.chars().for_each(|letter| escape(&mut out, letter));
    out + "\""
}

fn escape(out: &mut String, letter: char) {
    match letter {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        letter if is_printable(letter) => out.push(letter),
        letter if u32::from(letter) <= 0xffff => {
            out.push_str(&format!("\\u{:04x}", u32::from(letter)));
        }
        letter => out.push_str(&format!("\\U{:08x}", u32::from(letter))),
    }
}

/// What begins like a number or a date is not plain, whether or not it is one: nobody should have to know.
fn is_plain(text: &str) -> bool {
    let begins =
        text.starts_with(|first: char| first.is_ascii_alphabetic() || "/$".contains(first));
    let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    let fine = |letter: char| letter.is_ascii_alphanumeric() || PLAIN.contains(letter);
    begins
        && !is_word
        && text.chars().all(fine)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
}

/// What YAML takes as it stands; line ends that are none to us are not among it (YAML 1.2, 5.1 and 5.4).
fn is_printable(letter: char) -> bool {
    let fine = matches!(letter, '\t' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    fine && !matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
