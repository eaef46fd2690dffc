//! The actions and condition keys that AWS's services have, and the managed policies that AWS keeps. The tables beside
//! this file are made by `refresh.py`, which says from what; what follows from them is decided elsewhere.

mod action;
mod key;
mod managed;
mod table;

pub use action::{Action, Level, action, covered, has_service, services};
pub use key::{ConditionKey, KeyType, condition_key, keys_of};
pub use managed::{ManagedPolicy, managed_policy};

/// Which package the tables were made from, its version, and the day of its data.
pub fn source() -> &'static str {
    let line = table::ACTIONS.lines().nth(1).unwrap_or_default();
    let source = line.strip_prefix("# source: ").unwrap_or(line);
    source.split(", MIT").next().unwrap_or(source)
}
