//! Takes out of a text what differs from run to run.

use regex_lite::Regex;

/// Patterns and what stands for their matches, in this order.
const CHANGING: [(&str, &str); 11] = [
    (r"\.[0-9a-f]{12}\.applied", ".[id].applied"),
    (r"\b([Pp])lan [0-9a-f]{12}\b", "${1}lan [id]"),
    (
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "[request]",
    ),
    (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z", "[time]"),
    (r"iip-assoc-[0-9a-f]+", "[association]"),
    (r"\b(AROA|AIPA)[A-Z2-7]{17}\b", "[$1]"),
    (r"127\.0\.0\.1:\d+", "[address]"),
    (r"\b\d+(\.\d+)? s\b", "[duration]"),
    (r"\bsent \d+ times", "sent [some] times"),
    (
        r"\b\d+ calls? (was|were) sent again",
        "[some] calls were sent again",
    ),
    (r#""seconds": \d+(\.\d+)?"#, r#""seconds": "[duration]""#),
];

pub(super) fn steady(text: &str, home: &str) -> String {
    CHANGING
        .iter()
        .fold(text.replace(home, "[home]"), |text, (pattern, name)| {
            let pattern = Regex::new(pattern).expect("the patterns are sound");
            pattern.replace_all(&text, *name).into_owned()
        })
}
