//! Texts that come from AWS and from manifests, so that none of them is taken for Markdown or HTML.

/// What Markdown takes for a mark within a sentence.
const MARKS: &str = "\\`*_{}[]|~#";

/// A text within a sentence.
pub(in crate::render) fn inline(text: &str) -> String {
    escaped(text, MARKS)
}

/// A text within an HTML element.
pub(super) fn html(text: &str) -> String {
    escaped(text, "")
}

fn escaped(text: &str, marks: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // A mention would send mail to a person.
            '@' => safe.push_str("&#64;"),
            _ if marks.contains(character) => safe.extend(['\\', character]),
            _ if crate::text::is_hidden(character) => safe.extend(character.escape_unicode()),
            _ => safe.push(character),
        }
    }
    safe
}

/// A name in code type.
pub(in crate::render) fn code(text: &str) -> String {
    let line = text.replace(char::is_control, " ");
    let plain = crate::text::escaped(&line, false);
    let ticks = "`".repeat(longest_run(&plain) + 1);
    let room = if plain.contains('`') { " " } else { "" };
    format!("{ticks}{room}{plain}{room}{ticks}")
}

/// Lines in a fence that nothing inside them can close.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!(
        "{fence}{language}\n{}\n{fence}\n",
        text.trim_end_matches('\n')
    )
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0)
}
