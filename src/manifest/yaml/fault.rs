//! Faults of YAML syntax in a person's words. The parser says what it missed; what was probably meant
//! is read from the lines around.

use crate::diagnostic::{Diagnostic, Place};
use crate::manifest::places::{self, Position};

use super::lines::{Lines, indentation};
use super::shape;

/// What the parser said, and where.
pub(super) struct Seen<'e> {
    pub(super) info: &'e str,
    pub(super) line: usize,
    pub(super) column: usize,
    /// The innermost bracket that was still open.
    pub(super) opened: Option<Opened>,
}

/// An open `[` or `{`.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    pub(super) position: Position,
    pub(super) is_list: bool,
}

/// A fault before its file is known.
struct Located {
    line: usize,
    column: usize,
    length: usize,
    diagnostic: Diagnostic,
}

/// The diagnostic for a fault of syntax.
pub(super) fn explain(seen: &Seen<'_>, lines: &Lines<'_>, file: &str) -> Diagnostic {
    let located = deep(seen)
        .or_else(|| tab(seen, lines))
        .or_else(|| quote(seen, lines))
        .or_else(|| anchor(seen, lines))
        .or_else(|| character(seen, lines))
        .or_else(|| bracket(seen, lines, file))
        .or_else(|| indent(seen, lines))
        .unwrap_or_else(|| unknown(seen));
    let place = place(file, located.line, located.column, located.length);
    located.diagnostic.at(Some(place))
}

fn place(file: &str, line: usize, column: usize, length: usize) -> Place {
    Place {
        file: file.to_owned(),
        line,
        column,
        length,
    }
}

fn here(seen: &Seen<'_>, length: usize, diagnostic: Diagnostic) -> Located {
    Located {
        line: seen.line,
        column: seen.column,
        length,
        diagnostic,
    }
}

/// The whole of a line, without its indentation.
fn whole_line(line: usize, text: &str, diagnostic: Diagnostic) -> Located {
    let said = text.trim();
    Located {
        line,
        column: text
            .chars()
            .take_while(|letter| letter.is_whitespace())
            .count()
            + 1,
        length: said.chars().count(),
        diagnostic,
    }
}

fn rest<'t>(seen: &Seen<'_>, lines: &Lines<'t>) -> &'t str {
    lines.rest(seen.line, seen.column)
}

/// More brackets than the parser itself can follow.
fn deep(seen: &Seen<'_>) -> Option<Located> {
    let is_deep = seen.info.contains("recursion limit");
    is_deep.then(|| here(seen, 1, shape::too_deep()))
}

/// Tabs that indent.
fn tab(seen: &Seen<'_>, lines: &Lines<'_>) -> Option<Located> {
    if !seen.info.contains("tab") {
        return None;
    }
    let indented = |number: &usize| {
        let line = lines.get(*number);
        line[..line.len() - line.trim_start().len()].contains('\t')
    };
    let line = (seen.line..seen.line + 3).find(indented)?;
    let column = lines.get(line).find('\t')? + 1;
    let diagnostic = Diagnostic::error("tab-indent", "a tab is used for indentation")
        .hint("indent with spaces; YAML does not allow tabs there");
    Some(Located {
        line,
        column,
        length: 1,
        diagnostic,
    })
}

/// Quoted text: not closed, followed by something, with a wrong escape.
fn quote(seen: &Seen<'_>, lines: &Lines<'_>) -> Option<Located> {
    let rest = rest(seen, lines);
    let length = rest.trim_end().chars().count();
    if seen.info.contains("quoted scalar")
        && (seen.info.contains("unexpected") || seen.info.contains("indentation"))
    {
        let mark = rest.chars().next().unwrap_or('"');
        let diagnostic = Diagnostic::error("unclosed-quote", format!("the text that begins with `{mark}` is not closed"))
            .hint(format!("add the closing `{mark}`; text that goes on in the next line must be indented deeper than its key"));
        return Some(here(seen, length, diagnostic));
    }
    if seen.info.contains("trailing content") {
        let diagnostic = Diagnostic::error("after-quote", "something follows the closing quote")
            .hint("put all of the value in quotes, a comma between values, or a `:` after a key");
        return Some(here(seen, length, diagnostic));
    }
    if seen.info.contains("escape") || seen.info.contains("hexadecimal") {
        let diagnostic = Diagnostic::error(
            "bad-escape",
            "a backslash in this text begins no escape that YAML knows",
        )
        .hint("write `\\\\` for a backslash, or put the text in single quotes");
        return Some(here(seen, length, diagnostic));
    }
    None
}

/// `*name` without `&name`, and the lone `*` of policies.
fn anchor(seen: &Seen<'_>, lines: &Lines<'_>) -> Option<Located> {
    if !seen.info.contains("anchor") || seen.info.contains("indentation") {
        return None;
    }
    let rest = rest(seen, lines);
    let word = rest.split([' ', ',', ']', '}']).next().unwrap_or(rest);
    let length = word.chars().count().max(1);
    if seen.info.contains("unknown anchor") {
        let name = word.trim_start_matches('*');
        let diagnostic = Diagnostic::error(
            "unknown-anchor",
            format!("`{word}` repeats an anchor that is not set above"),
        )
        .hint(format!(
            "set it with `&{name}`, or put the value in quotes if it is text: \"{word}\""
        ));
        return Some(here(seen, length, diagnostic));
    }
    let line = lines.get(seen.line);
    let column = line
        .find(['*', '&'])
        .map_or(seen.column, |index| line[..index].chars().count() + 1);
    let sign = line.chars().nth(column - 1).unwrap_or('*');
    let diagnostic = Diagnostic::error(
        "unknown-anchor",
        format!("`{sign}` without quotes is YAML's sign for an anchor, and no name follows"),
    )
    .hint(format!("put it in quotes: \"{sign}\""));
    Some(Located {
        line: seen.line,
        column,
        length: 1,
        diagnostic,
    })
}

/// A control character, which YAML forbids and this parser partly lets through: names with escape
/// sequences would reach AWS and people's terminals.
pub(super) fn control_character(file: &str, text: &str) -> Option<Diagnostic> {
    let forbidden =
        |letter: char| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{85}');
    let (index, letter) = text.char_indices().find(|(_, letter)| forbidden(*letter))?;
    let before = &text[..index];
    let line = before.split('\n').count();
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |line| line.chars().count())
        + 1;
    let code = u32::from(letter);
    let diagnostic = Diagnostic::error(
        "bad-character",
        format!("the character U+{code:04X} is not allowed in YAML"),
    )
    .hint("remove it; the file may not be text, or was saved in another encoding than UTF-8");
    Some(diagnostic.at(Some(place(file, line, column, 1))))
}

/// Characters that may not begin a value.
fn character(seen: &Seen<'_>, lines: &Lines<'_>) -> Option<Located> {
    let letter = rest(seen, lines).chars().next();
    if seen.info.starts_with("unexpected character") {
        let letter = letter.unwrap_or('@');
        let diagnostic = Diagnostic::error(
            "bad-character",
            format!("a value cannot begin with `{letter}`"),
        )
        .hint("put the value in quotes");
        return Some(here(seen, 1, diagnostic));
    }
    if seen.info.contains("misplaced bracket") {
        let letter = letter.unwrap_or(']');
        let diagnostic =
            Diagnostic::error("unbalanced-bracket", format!("`{letter}` closes nothing"))
                .hint("remove it, or put the value in quotes");
        return Some(here(seen, 1, diagnostic));
    }
    None
}

/// Anything that goes wrong between brackets.
fn bracket(seen: &Seen<'_>, lines: &Lines<'_>, file: &str) -> Option<Located> {
    let opened = seen.opened?;
    let (open, close) = if opened.is_list {
        ('[', ']')
    } else {
        ('{', '}')
    };
    let diagnostic = Diagnostic::error(
        "unbalanced-bracket",
        format!("expected `,` or `{close}` here"),
    )
    .and_at(
        Some(places::place(
            file,
            Position {
                length: 1,
                ..opened.position
            },
        )),
        format!("`{open}` opened here"),
    )
    .hint(format!(
        "close it with `{close}`, or put a comma between its items"
    ));
    if rest(seen, lines).is_empty() {
        let last = lines.last();
        let column = lines.get(last).trim_end().chars().count();
        return Some(Located {
            line: last,
            column: column.max(1),
            length: 1,
            diagnostic,
        });
    }
    Some(here(seen, 1, diagnostic))
}

/// Lines whose indentation or form fits nothing.
fn indent(seen: &Seen<'_>, lines: &Lines<'_>) -> Option<Located> {
    let info = seen.info;
    if info.contains("mapping values are not allowed") {
        return Some(stray_colon(seen, lines));
    }
    if info.contains("simple key") {
        return missing_colon(seen, lines);
    }
    let line = lines.get(seen.line);
    if info.contains("sequence entries are not allowed") {
        let diagnostic =
            Diagnostic::error("bad-list", "a list cannot begin in the line of its key")
                .hint("begin it in the next line, or write `[a, b]`");
        return Some(here(
            seen,
            rest(seen, lines).trim_end().chars().count(),
            diagnostic,
        ));
    }
    let diagnostic = if info.contains("block mapping") && line.trim_start().starts_with('-') {
        Diagnostic::error("bad-list", "a list item stands where a key is expected")
            .hint("indent the list under its key, and leave the rest of that key's line empty")
    } else if info.contains("block collection") {
        Diagnostic::error("bad-list", "a list item is expected here")
            .hint("begin the line with `- `, or align it with the key it belongs to")
    } else if info.contains("expected") || info.contains("indent") {
        Diagnostic::error(
            "bad-indent",
            "the indentation of this line fits none of the lines above",
        )
        .hint("align it with the keys it belongs to")
    } else {
        return None;
    };
    Some(whole_line(seen.line, line, diagnostic))
}

/// A `: ` where no key may be.
fn stray_colon(seen: &Seen<'_>, lines: &Lines<'_>) -> Located {
    let line = lines.get(seen.line);
    let before: String = line.chars().take(seen.column - 1).collect();
    if before.contains(": ") {
        let diagnostic = Diagnostic::error("stray-colon", "a second `: ` stands in this line")
            .hint("put the value in quotes if the colon belongs to it, or break the line after the first colon");
        return here(seen, 1, diagnostic);
    }
    let above = lines.said_before(seen.line);
    match above {
        Some((number, above)) if indentation(above) >= indentation(line) => no_colon(number, above),
        _ => {
            let diagnostic = Diagnostic::error(
                "bad-indent",
                "this line is indented under a key that already has a value",
            )
            .hint("align it with the line above, or take that key's value away");
            whole_line(seen.line, line, diagnostic)
        }
    }
}

/// A line that should have been a key: the parser notices at its end, or in the next line.
fn missing_colon(seen: &Seen<'_>, lines: &Lines<'_>) -> Option<Located> {
    let (number, line) = lines.said_before(seen.line)?;
    Some(no_colon(number, line))
}

fn no_colon(number: usize, line: &str) -> Located {
    let diagnostic = Diagnostic::error("missing-colon", "this line is not `key: value`");
    let diagnostic = if line.contains(':') {
        diagnostic.hint("put a space after the colon")
    } else {
        diagnostic
            .hint("put a colon after the key, or indent the line if it continues the text above")
    };
    whole_line(number, line, diagnostic)
}

/// The rest: rare enough that the parser's own words, marked as such, must do.
fn unknown(seen: &Seen<'_>) -> Located {
    let diagnostic = Diagnostic::error("yaml-syntax", "this cannot be read as YAML")
        .hint(format!("the YAML parser says: {}", seen.info));
    here(seen, 1, diagnostic)
}
