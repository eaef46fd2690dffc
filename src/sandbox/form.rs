//! Request parameters: `application/x-www-form-urlencoded` from the body and the query string, flattened lists included.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use super::fault::Fault;
use super::http::Request;
use super::rule::{Rule, violation};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    pub(crate) fn of(request: &Request) -> Form {
        let body = String::from_utf8_lossy(&request.body);
        let pairs = request.query.split('&').chain(body.split('&'));
        let pairs = pairs.filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Form(pairs.collect())
    }

    /// Parameters that came in another form.
    pub(crate) fn from_values(values: Vec<(&str, String)>) -> Form {
        let values = values.into_iter();
        Form(
            values
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter();
        all.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A value that must be there and keep its rule.
    pub(crate) fn required(&self, rule: &Rule) -> Result<&str, Fault> {
        self.optional(rule)?.ok_or_else(|| rule.missing())
    }

    /// A value that must keep its rule if it is there.
    pub(crate) fn optional(&self, rule: &Rule) -> Result<Option<&str>, Fault> {
        let value = self.get(rule.parameter);
        value.map_or(Ok(None), |value| rule.check(value).map(|()| Some(value)))
    }

    /// The prefixes of a list's members in their numbers' order: `Tags.member.1`, `Tags.member.2`.
    pub(crate) fn members(&self, list: &str) -> Vec<String> {
        let numbers = self.0.keys().filter_map(|name| number(name, list));
        let numbers = numbers.collect::<BTreeSet<u32>>().into_iter();
        numbers.map(|number| format!("{list}.{number}")).collect()
    }

    /// The values of a list of leaves.
    pub(crate) fn list(&self, list: &str) -> Vec<&str> {
        let members = self.members(list);
        members
            .iter()
            .filter_map(|member| self.get(member))
            .collect()
    }

    pub(crate) fn number(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, Fault> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let number: u32 = text
            .parse()
            .map_err(|_| Fault::new("MalformedInput", format!("{name}: {text} is not a number")))?;
        let bound = if number < least {
            format!("greater than or equal to {least}")
        } else if number > most {
            format!("less than or equal to {most}")
        } else {
            return Ok(Some(number));
        };
        let value = format!("'{number}'");
        Err(violation(&value, name, &format!("have value {bound}")))
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }
}

/// The number of a list's member, from the name of the member or of one of its fields.
fn number(name: &str, list: &str) -> Option<u32> {
    let rest = name.strip_prefix(list)?.strip_prefix('.')?;
    rest.split('.').next()?.parse().ok()
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Form, Request};

    fn form(body: &str) -> Form {
        let (method, path) = ("POST".to_owned(), "/".to_owned());
        let (query, headers, host) = (String::new(), Vec::new(), "localhost".to_owned());
        Form::of(&Request {
            method,
            path,
            query,
            headers,
            host,
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn values_are_decoded_once() {
        let form = form("Description=a+b%2Bc%2520&Empty=&Flag=true");
        assert_eq!(form.get("Description"), Some("a b+c%20"));
        assert_eq!(form.get("Empty"), Some(""));
        assert!(form.is_true("Flag"));
    }

    #[test]
    fn members_keep_their_numbers_order() {
        let form = form(
            "Tags.member.10.Key=j&Tags.member.2.Key=b&Tags.member.2.Value=x&TagsKeys.member.1=no",
        );
        assert_eq!(
            form.members("Tags.member"),
            ["Tags.member.2", "Tags.member.10"]
        );
    }

    #[test]
    fn numbers_are_bounded_in_the_words_of_aws() {
        let fault = form("MaxItems=1001")
            .number("MaxItems", 1, 1000)
            .unwrap_err();
        assert_eq!(
            fault.message,
            "1 validation error detected: Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000"
        );
    }
}
