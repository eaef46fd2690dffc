//! `*` and `?`, as policies and filters have them.

/// Whether a text is one that a pattern stands for.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards_stand_for_any_text_and_any_letter() {
        for (pattern, text) in [
            ("web-*", "web-1"),
            ("*", ""),
            ("w?b-1", "web-1"),
            ("*-1*", "web-1"),
            ("a", "a"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("web", "web-1"), ("?", ""), ("A", "a"), ("*x", "web-1")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
