//! Words: plurals, lists, quoting, and characters that nobody sees. Nothing here knows what the words are about.

use std::borrow::Cow;

/// `1 role`, `2 roles`: a count with its noun, for nouns whose plural ends in `s`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {}", plural(noun))
    }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// `a`, `a and b`, `a, b and c`: a list as a person would say it. Empty input gives an empty text.
pub fn and_list<S: AsRef<str>>(items: &[S]) -> String {
    joined(items, "and")
}

/// The same with `or`, for choices.
pub fn or_list<S: AsRef<str>>(items: &[S]) -> String {
    joined(items, "or")
}

fn joined<S: AsRef<str>>(items: &[S], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [head @ .., last] => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            format!("{} {word} {}", head.join(", "), last.as_ref())
        }
    }
}

/// `1 h`, `1 h 30 min`, `45 s`: a length of time in its largest units.
pub fn duration(seconds: u64) -> String {
    let units = [
        (seconds / 3600, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let said: Vec<String> = units
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    if said.is_empty() {
        "0 s".to_owned()
    } else {
        said.join(" ")
    }
}

/// Whether a reader would not see a character, or would see others in the wrong order: control characters, and those that have no
/// width or turn the direction of writing. A policy that is read otherwise than it works is worse than one that is hard to read.
pub fn is_hidden(character: char) -> bool {
    character.is_control() || is_invisible(character)
}

fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A text with `\u{202e}` in place of what a reader would not see. Control characters stay where they are our own, as line
/// breaks and colours are.
pub fn escaped(text: &str, keeps_control: bool) -> Cow<'_, str> {
    let is_out = |character: char| {
        if keeps_control {
            is_invisible(character)
        } else {
            is_hidden(character)
        }
    };
    if !text.contains(is_out) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_out(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// Puts `prefix` before every line of `block`; a final line break is neither needed nor added.
pub fn indent(block: &str, prefix: &str) -> String {
    let lines: Vec<String> = block
        .lines()
        .map(|line| format!("{prefix}{line}").trim_end().to_owned())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_noun() {
        assert_eq!(count(1, "role"), "1 role");
        assert_eq!(count(0, "role"), "0 roles");
        assert_eq!(count(3, "policy"), "3 policies");
        assert_eq!(count(2, "key"), "2 keys");
    }

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(and_list::<&str>(&[]), "");
        assert_eq!(and_list(&["a"]), "a");
        assert_eq!(or_list(&["a", "b"]), "a or b");
        assert_eq!(and_list(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn durations_are_said_in_their_largest_units() {
        assert_eq!(duration(3600), "1 h");
        assert_eq!(duration(5400), "1 h 30 min");
        assert_eq!(duration(45), "45 s");
        assert_eq!(duration(0), "0 s");
    }

    #[test]
    fn indenting_leaves_no_trailing_blanks() {
        assert_eq!(indent("a\n\nb", "  "), "  a\n\n  b");
    }
}
