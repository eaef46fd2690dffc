//! A text that must not grow beyond so many bytes: what is essential goes in, the rest as far as there is room, and what was
//! left out is counted.

use std::collections::BTreeMap;

/// Room that is kept for saying what was cut.
const CLOSING: usize = 300;

pub(super) struct Budget {
    text: String,
    limit: usize,
    /// How many of what were left out.
    cut: BTreeMap<String, usize>,
}

impl Budget {
    pub(super) fn of(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit: limit.saturating_sub(CLOSING),
            cut: BTreeMap::new(),
        }
    }

    fn has_room(&self, text: &str) -> bool {
        self.text.len() + text.len() <= self.limit
    }

    /// Goes in, whatever it takes.
    pub(super) fn must(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Goes in where there is room; is counted as what it is otherwise.
    pub(super) fn may(&mut self, text: &str, noun: &str) {
        if self.has_room(text) {
            self.must(text);
        } else {
            self.count(noun);
        }
    }

    /// A change: whole where so many bytes of others still fit after it, in short otherwise. Where there is no room at all it
    /// is only counted, unless it has to be there.
    pub(super) fn either(&mut self, whole: &str, short: &str, others: usize, always: bool) {
        if self.text.len() + whole.len() + others <= self.limit {
            self.must(whole);
        } else if always || self.has_room(short) {
            self.must(short);
            self.count("details");
        } else {
            self.count("change");
        }
    }

    fn count(&mut self, noun: &str) {
        if !noun.is_empty() {
            *self.cut.entry(noun.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn finished(self) -> String {
        let Self {
            mut text,
            limit: _,
            cut,
        } = self;
        if cut.is_empty() {
            return text;
        }
        let parts: Vec<String> = cut
            .into_iter()
            .map(|(noun, number)| match noun.as_str() {
                "details" => format!("the details of {}", crate::text::count(number, "change")),
                "change" | "finding" | "note" | "problem" | "warning" => {
                    crate::text::count(number, &noun)
                }
                _ => noun,
            })
            .collect();
        text.push_str(&format!(
            "\n**Cut to fit:** {}. `rolewright show FILE` has all of it.\n",
            crate::text::and_list(&parts)
        ));
        text
    }
}
