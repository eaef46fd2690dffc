//! A world as text that two equal runs share: ids and times that the run made are blanked out, everything else stands.

use regex_lite::Regex;
use rolewright::sandbox::World;
use serde_json::Value;

/// What differs from run to run: unique ids, association ids, times.
const CHANGING: &str = r"(AROA|AIPA)[A-Z2-7]{17}|iip-assoc-[0-9a-f]+|\d{4}-\d\d-\d\dT[0-9:.]+Z";

/// Draws worlds that came of the same one.
pub(crate) struct Painter {
    changing: Regex,
    before: String,
}

impl Painter {
    /// What was in this world is never blanked out.
    pub(crate) fn knowing(before: &World) -> Self {
        Self {
            changing: Regex::new(CHANGING).expect("the pattern is sound"),
            before: serde_json::to_string(before).expect("worlds are data"),
        }
    }

    /// Everything in the world once it has settled, one line each, sorted.
    pub(crate) fn paint(&self, world: &World) -> String {
        let mut world = world.clone();
        world.settle();
        let value = serde_json::to_value(&world).expect("worlds are data");
        self.draw(&value)
    }

    /// A text without what the run made up.
    pub(crate) fn blank(&self, text: &str) -> String {
        let blanked = self
            .changing
            .replace_all(text, |found: &regex_lite::Captures| {
                let found = &found[0];
                let known = self.before.contains(found);
                if known { found } else { "[new]" }.to_owned()
            });
        blanked.into_owned()
    }

    fn draw(&self, value: &Value) -> String {
        let mut lines: Vec<String> = match value {
            Value::Object(fields) => {
                let field =
                    |name: &String| format!("{}: {}", self.blank(name), self.draw(&fields[name]));
                fields.keys().map(field).collect()
            }
            Value::Array(members) => members.iter().map(|member| self.draw(member)).collect(),
            plain => return self.blank(&plain.to_string()),
        };
        // Keys may be new ids, whose order is chance.
        lines.sort();
        let inner = lines.join("\n").replace('\n', "\n  ");
        format!("\n  {inner}")
    }
}

/// Fails with the lines that only one of two texts has.
#[track_caller]
pub(crate) fn compare(is: &str, should_be: &str) {
    let difference = similar::TextDiff::from_lines(should_be, is);
    let difference = difference.unified_diff().context_radius(2).to_string();
    assert_eq!(difference, "", "another outcome:\n{difference}");
}
