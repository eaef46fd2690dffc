//! From an XML body to a tree of nodes. What the tree means (results, errors, request ids) is `response`'s.

use std::collections::BTreeMap;

use quick_xml::events::{BytesRef, Event};
use quick_xml::{Reader, XmlVersion};
use thiserror::Error;

use crate::cloud::Node;

/// AWS nests less than ten deep; a document that goes on and on must not exhaust the stack.
const DEEPEST: usize = 64;

/// Elements of one answer. A page of a thousand roles has some ten thousand; an element of four bytes becomes a hundred in memory.
const MOST: usize = 500_000;

/// Why a body is not a tree.
#[derive(Debug, Error)]
pub(super) enum XmlError {
    /// Not well-formed.
    #[error("not well-formed XML")]
    Malformed(#[from] quick_xml::Error),
    /// Ends too early, or holds no element at all.
    #[error("the XML document is incomplete")]
    Incomplete,
    /// Not an answer of AWS's.
    #[error("the XML document is nested too deeply")]
    TooDeep,
    /// Not an answer of AWS's.
    #[error("the XML document has more than {MOST} elements")]
    TooMany,
    /// An entity that XML itself does not define.
    #[error("unknown entity `&{0};`")]
    UnknownEntity(String),
}

/// An element on the way: its name and what was found in it so far.
struct Element {
    name: String,
    text: String,
    children: Vec<(String, Node)>,
}

/// The root element: its name, and its content as a tree.
///
/// Elements whose children are all called `member` or `item` become lists, those with `entry` children
/// (IAM's SummaryMap) structures by key, leaves texts exactly as they came, and white space between elements nothing.
/// Attributes are dropped: AWS only puts the namespace there.
pub(super) fn parse(body: &str) -> Result<(String, Node), XmlError> {
    let mut reader = Reader::from_str(body);
    let mut open: Vec<Element> = Vec::new();
    let mut elements = 0;
    loop {
        let finished = match reader.read_event()? {
            Event::Start(start) => {
                open.push(Element::new(start.local_name().as_ref()));
                None
            }
            Event::Empty(start) => Some(Element::new(start.local_name().as_ref())),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                append(&mut open, &text.xml_content(XmlVersion::Implicit1_0));
                None
            }
            Event::CData(text) => {
                append(&mut open, &text.xml_content(XmlVersion::Implicit1_0));
                None
            }
            Event::GeneralRef(reference) => {
                append(&mut open, &resolved(&reference)?);
                None
            }
            Event::Eof => return Err(XmlError::Incomplete),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
        };
        if open.len() > DEEPEST {
            return Err(XmlError::TooDeep);
        }
        if let Some(element) = finished {
            elements += 1;
            if elements > MOST {
                return Err(XmlError::TooMany);
            }
            let (name, node) = element.finish();
            match open.last_mut() {
                Some(parent) => parent.children.push((name, node)),
                None => return Ok((name, node)),
            }
        }
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, XmlError> {
    if let Some(character) = reference.resolve_char_ref()? {
        return Ok(character.to_string());
    }
    let name = reference.xml_content(XmlVersion::Implicit1_0);
    quick_xml::escape::resolve_xml_entity(&name)
        .map(str::to_owned)
        .ok_or_else(|| XmlError::UnknownEntity(name.into_owned()))
}

impl Element {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: String::new(),
            children: Vec::new(),
        }
    }

    fn finish(self) -> (String, Node) {
        let Self {
            name,
            text,
            children,
        } = self;
        let all = |wanted: &str| children.iter().all(|(name, _)| name == wanted);
        let node = if children.is_empty() {
            Node::Text(text)
        } else if all("member") || all("item") {
            Node::List(children.into_iter().map(|(_, node)| node).collect())
        } else if all("entry") {
            entries(children)
        } else {
            structure(children)
        };
        (name, node)
    }
}

/// A structure by member name. A name that comes twice outside of the usual list elements becomes a list.
fn structure(children: Vec<(String, Node)>) -> Node {
    let mut grouped: BTreeMap<String, Vec<Node>> = BTreeMap::new();
    for (name, node) in children {
        grouped.entry(name).or_default().push(node);
    }
    let members = grouped.into_iter().map(|(name, mut nodes)| {
        let alone = if nodes.len() == 1 { nodes.pop() } else { None };
        (name, alone.unwrap_or(Node::List(nodes)))
    });
    Node::Map(members.collect())
}

/// The `entry` elements of a map, each with a `key` and a `value`.
fn entries(children: Vec<(String, Node)>) -> Node {
    let members = children.into_iter().filter_map(|(_, entry)| {
        let key = entry.text(&["key"])?.to_owned();
        let value = entry.at(&["value"])?.clone();
        Some((key, value))
    });
    Node::Map(members.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(body: &str) -> Node {
        parse(body).unwrap().1
    }

    fn text(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    fn map<const N: usize>(members: [(&str, Node); N]) -> Node {
        Node::Map(
            members
                .into_iter()
                .map(|(name, node)| (name.to_owned(), node))
                .collect(),
        )
    }

    #[test]
    fn lists_of_one_many_and_none() {
        let node = content(
            r#"<?xml version="1.0" encoding="UTF-8"?>
            <R xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
              <One><member>a</member></One>
              <Many><member><Key>a</Key></member><member><Key>b</Key></member></Many>
              <None/><Empty></Empty>
              <set><item><groups><item>x</item></groups></item></set>
            </R>"#,
        );
        let many = vec![map([("Key", text("a"))]), map([("Key", text("b"))])];
        let nested = map([("groups", Node::List(vec![text("x")]))]);
        assert_eq!(
            node,
            map([
                ("One", Node::List(vec![text("a")])),
                ("Many", Node::List(many)),
                ("None", text("")),
                ("Empty", text("")),
                ("set", Node::List(vec![nested])),
            ])
        );
    }

    #[test]
    fn entities_and_cdata_are_decoded_and_leaves_are_not_trimmed() {
        let node = content(
            "<R><a>1 &lt; 2 &amp;&amp; &#x41;&#66; &quot;&apos;</a><b> <![CDATA[<x> & y]]> </b><c>  </c></R>",
        );
        assert_eq!(
            node,
            map([
                ("a", text("1 < 2 && AB \"'")),
                ("b", text(" <x> & y ")),
                ("c", text("  ")),
            ])
        );
    }

    #[test]
    fn the_account_summary_is_a_structure_by_key() {
        let node = content(
            "<R><SummaryMap><entry><key>Roles</key><value>7</value></entry>\
             <entry><key>RolesQuota</key><value>1000</value></entry></SummaryMap></R>",
        );
        assert_eq!(node.text(&["SummaryMap", "Roles"]), Some("7"));
        assert_eq!(node.text(&["SummaryMap", "RolesQuota"]), Some("1000"));
    }

    #[test]
    fn a_repeated_name_is_a_list_and_loses_nothing() {
        assert_eq!(
            content("<R><Error>a</Error><Error>b</Error><Id>1</Id></R>"),
            map([
                ("Error", Node::List(vec![text("a"), text("b")])),
                ("Id", text("1")),
            ])
        );
    }

    #[test]
    fn what_is_no_whole_document_is_refused() {
        for body in [
            "",
            "Service Unavailable",
            "<a><b></b>",
            "<a></b>",
            "<a>&nbsp;</a>",
            "<a>&",
        ] {
            assert!(parse(body).is_err(), "{body}");
        }
        let deep = "<a>".repeat(100_000);
        assert!(matches!(parse(&deep), Err(XmlError::TooDeep)));
        let many = format!("<a>{}</a>", "<b/>".repeat(MOST));
        assert!(matches!(parse(&many), Err(XmlError::TooMany)));
    }
}
