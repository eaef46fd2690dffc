//! One statement in a policy's text: found, put in, taken out. All other text stays byte for byte, which no reading into
//! a tree and writing back could promise. What a statement means is `policy`'s.

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

/// Why a policy's text cannot be worked on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnreadablePolicy {
    /// It is no JSON object, or has a key twice.
    #[error("the policy cannot be read: {0}")]
    Syntax(String),
    /// There is nothing that statements could stand in.
    #[error("the policy has no `Statement`")]
    NoStatement,
    /// It is not clear which one is meant.
    #[error("the policy has more than one statement with the Sid `{0}`")]
    Twice(String),
}

/// What is left of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// The statement was not in it.
    Unchanged,
    /// The policy without the statement.
    Policy(String),
    /// It was the only statement.
    Nothing,
}

#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow, rename = "Statement")]
    statement: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "Sid")]
    sid: Option<String>,
}

/// A policy's text with the places of its statements.
struct Places<'a> {
    text: &'a str,
    /// The value of `Statement`.
    all: Range<usize>,
    statements: Vec<Range<usize>>,
}

impl<'a> Places<'a> {
    fn of(text: &'a str) -> Result<Self, UnreadablePolicy> {
        let syntax = |error: serde_json::Error| UnreadablePolicy::Syntax(error.to_string());
        let Outline { statement } = serde_json::from_str(text).map_err(syntax)?;
        let statement = statement.ok_or(UnreadablePolicy::NoStatement)?;
        let statements = match statement.get().as_bytes().first() {
            Some(b'[') => {
                serde_json::from_str::<Vec<&RawValue>>(statement.get()).map_err(syntax)?
            }
            Some(b'{') => vec![statement],
            _ => return Err(UnreadablePolicy::NoStatement),
        };
        Ok(Self {
            text,
            all: place(text, statement.get()),
            statements: statements
                .iter()
                .map(|statement| place(text, statement.get()))
                .collect(),
        })
    }

    fn is_list(&self) -> bool {
        self.text[self.all.clone()].starts_with('[')
    }

    /// Which statement has the Sid.
    fn position(&self, sid: &str) -> Result<Option<usize>, UnreadablePolicy> {
        let has = |place: &&Range<usize>| {
            let named: Result<Named, _> = serde_json::from_str(&self.text[(*place).clone()]);
            named.is_ok_and(|named| named.sid.as_deref() == Some(sid))
        };
        match self.statements.iter().filter(has).count() {
            0 => Ok(None),
            1 => Ok(self.statements.iter().position(|place| has(&place))),
            _ => Err(UnreadablePolicy::Twice(sid.to_owned())),
        }
    }

    fn spliced(&self, place: Range<usize>, new: &str) -> String {
        let Self { text, .. } = self;
        format!("{}{new}{}", &text[..place.start], &text[place.end..])
    }
}

/// Where a part of a text stands in it.
fn place(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// The statement with a Sid, as it stands there.
///
/// # Errors
/// When the text is no policy, or has the Sid twice.
pub fn find<'a>(policy: &'a str, sid: &str) -> Result<Option<&'a str>, UnreadablePolicy> {
    let places = Places::of(policy)?;
    let position = places.position(sid)?;
    Ok(position.map(|position| &policy[places.statements[position].clone()]))
}

/// The policy with a statement in it: in place of the one with its Sid, or behind all others.
///
/// # Errors
/// As [`find`].
pub fn with(policy: &str, sid: &str, statement: &str) -> Result<String, UnreadablePolicy> {
    let places = Places::of(policy)?;
    if let Some(position) = places.position(sid)? {
        return Ok(places.spliced(places.statements[position].clone(), statement));
    }
    let all = places.all.clone();
    Ok(match places.statements.last() {
        Some(last) if places.is_list() => {
            places.spliced(last.end..last.end, &format!(",{statement}"))
        }
        Some(only) => {
            let both = format!("[{},{statement}]", &policy[only.clone()]);
            places.spliced(only.clone(), &both)
        }
        None => places.spliced(all, &format!("[{statement}]")),
    })
}

/// The policy without the statement with a Sid.
///
/// # Errors
/// As [`find`].
pub fn without(policy: &str, sid: &str) -> Result<Rest, UnreadablePolicy> {
    let places = Places::of(policy)?;
    let Some(position) = places.position(sid)? else {
        return Ok(Rest::Unchanged);
    };
    let statements = &places.statements;
    // One comma goes with it: the one before it, or that behind the first.
    let gone = match (position.checked_sub(1), statements.get(position + 1)) {
        (Some(before), _) => statements[before].end..statements[position].end,
        (None, Some(next)) => statements[position].start..next.start,
        (None, None) => return Ok(Rest::Nothing),
    };
    Ok(Rest::Policy(places.spliced(gone, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = r#"{ "Sid":"A", "Effect" : "Allow","Note":"\u00e4 } ] ,"}"#;
    const B: &str = "{\"Sid\": \"B\",\n\t\"Effect\":\"Deny\"}";
    const NEW: &str = r#"{"Sid":"New","Effect":"Deny"}"#;

    fn policy(statements: &str) -> String {
        format!(
            "\n{{ \"Id\":\"x\" , \"Statement\" :  {statements} , \"Version\": \"2012-10-17\"}}\n"
        )
    }

    #[test]
    fn a_statement_comes_behind_the_others_and_these_stay_as_they_are() {
        for (before, after) in [
            (format!("[ {A} ,\n {B} ]"), format!("[ {A} ,\n {B},{NEW} ]")),
            (format!("[{A}]"), format!("[{A},{NEW}]")),
            (A.to_owned(), format!("[{A},{NEW}]")),
            ("[ ]".to_owned(), format!("[{NEW}]")),
        ] {
            assert_eq!(with(&policy(&before), "New", NEW), Ok(policy(&after)));
        }
    }

    #[test]
    fn a_statement_is_replaced_in_its_place() {
        let before = policy(&format!("[ {A} ,\n {B} ]"));
        let after = policy(&format!("[ {NEW} ,\n {B} ]"));
        assert_eq!(with(&before, "A", NEW), Ok(after));
        assert_eq!(with(&policy(A), "A", NEW), Ok(policy(NEW)));
    }

    #[test]
    fn a_statement_is_taken_out_with_one_comma() {
        let three = policy(&format!("[ {A} ,\n {B},\t{NEW} ]"));
        let rest = |text: &str| Ok(Rest::Policy(policy(text)));
        assert_eq!(without(&three, "A"), rest(&format!("[ {B},\t{NEW} ]")));
        assert_eq!(without(&three, "B"), rest(&format!("[ {A},\t{NEW} ]")));
        assert_eq!(without(&three, "New"), rest(&format!("[ {A} ,\n {B} ]")));
        assert_eq!(without(&three, "C"), Ok(Rest::Unchanged));
        for last in [A.to_owned(), format!("[{A}]")] {
            assert_eq!(without(&policy(&last), "A"), Ok(Rest::Nothing));
        }
    }

    #[test]
    fn putting_in_and_taking_out_leaves_what_was() {
        for before in [format!("[ {A} ,\n {B} ]"), format!("[{A} ]")] {
            let before = policy(&before);
            let within = with(&before, "New", NEW).unwrap();
            assert_eq!(find(&within, "New"), Ok(Some(NEW)));
            assert_eq!(find(&within, "A"), Ok(Some(A)));
            assert_eq!(without(&within, "New"), Ok(Rest::Policy(before)));
        }
    }

    #[test]
    fn a_sid_is_compared_as_it_is_meant_and_in_its_own_case() {
        let escaped = policy(r#"[{"Sid":"N\u0065w"}]"#);
        assert_eq!(find(&escaped, "New"), Ok(Some(r#"{"Sid":"N\u0065w"}"#)));
        assert_eq!(find(&escaped, "new"), Ok(None));
        assert_eq!(find(&policy(r#"[{"Effect":"Deny"}]"#), "New"), Ok(None));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        let syntax = |text: &str| matches!(find(text, "A"), Err(UnreadablePolicy::Syntax(_)));
        assert!(syntax("<html/>"));
        assert!(syntax(r#"{"Statement":[],"Statement":[]}"#));
        assert!(syntax(r#"{"Statement":[]} {"#));
        assert_eq!(find("{}", "A"), Err(UnreadablePolicy::NoStatement));
        assert_eq!(find(&policy("5"), "A"), Err(UnreadablePolicy::NoStatement));
        let twice = policy(&format!("[{A},{A}]"));
        assert_eq!(find(&twice, "A"), Err(UnreadablePolicy::Twice("A".into())));
    }
}
