//! The journal as `docs/journal.md` tells auditors to read it, not as the program writes it. What it has to say about a
//! run is `laws`'.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::gate::Call;

/// One line.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Entry {
    pub(crate) time: Timestamp,
    pub(crate) step: usize,
    pub(crate) title: String,
    pub(crate) action: String,
    pub(crate) address: String,
    event: String,
    pub(crate) attempt: u32,
    request_id: Option<String>,
    result: Option<Value>,
}

impl Entry {
    /// Whether it was written before its call.
    pub(crate) fn is_sending(&self) -> bool {
        self.event == "sending"
    }

    /// Whether it says that the call took effect.
    pub(crate) fn is_good_answer(&self) -> bool {
        self.result.as_ref().is_some_and(|result| result == "ok")
    }

    /// Whether it is about a call.
    pub(crate) fn is_about(&self, call: &Call) -> bool {
        is_about(&self.action, &self.address, call)
    }

    /// Whether it says that a call is about to come.
    pub(crate) fn announces(&self, call: &Call) -> bool {
        self.is_sending() && self.is_about(call)
    }

    fn check(&self) {
        let answered = self.event == "answered";
        assert!(self.is_sending() || answered, "{self:?}");
        assert_eq!(self.result.is_some(), answered, "{self:?}");
        assert!(answered || self.request_id.is_none(), "{self:?}");
        assert!(self.attempt > 0 && !self.title.is_empty(), "{self:?}");
    }
}

/// Whether an action on a resource, as `Role/s3access` or `InstanceAssociation/web[i-0abc]`, is a call.
pub(crate) fn is_about(action: &str, address: &str, call: &Call) -> bool {
    let name = address.split_once('/').map_or("", |(_, name)| name);
    let subject = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((_, member)) => member,
        None => name,
    };
    call.name == action && call.values.contains(subject)
}

/// All lines of a file; the file has to be in order.
pub(crate) fn read(path: &Path) -> Vec<Entry> {
    let text = fs::read_to_string(path).unwrap_or_default();
    assert!(text.is_empty() || text.ends_with('\n'), "torn: {text}");
    let entries = entries(&text);
    entries.iter().for_each(Entry::check);
    entries
}

/// The lines so far of a file that is being written.
pub(crate) fn so_far(path: &Path) -> Vec<Entry> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    entries(&text[..whole])
}

fn entries(text: &str) -> Vec<Entry> {
    let entry = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("the journal: {error}: {line}"))
    };
    text.lines().map(entry).collect()
}

/// How often each step's call was sent, by one run's lines.
pub(crate) fn sendings(entries: &[Entry]) -> BTreeMap<usize, u32> {
    let mut sendings = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.is_sending()) {
        *sendings.entry(entry.step).or_default() += 1;
    }
    sendings
}
