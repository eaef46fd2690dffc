//! Following an answer from page to page until there is no more. Sending the calls is `client`'s.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::cloud::{Answer, Node, Service};

/// The parameter and value that ask for the next page.
pub(super) type NextPage = (&'static str, String);

/// A list that cannot be followed to its end. Part of a list must never pass for the whole.
#[derive(Debug, PartialEq, Eq, Error)]
pub(super) enum PageError {
    /// The service sends us round in circles.
    #[error("the page after `{0}` points back to `{0}`")]
    Repeated(String),
    /// The service says that there is more and not where.
    #[error("the answer is truncated and has no marker")]
    NoMarker,
    /// The service never stops.
    #[error("the list has more than {MOST_PAGES} pages, or is too large to be kept")]
    Endless,
}

/// IAM gives 100 items a page or more, and an account has at most some ten thousand of anything.
const MOST_PAGES: usize = 1_000;
/// Values of all pages: far more than an account has, less than what fills memory.
const MOST_NODES: usize = 8_000_000;

/// The pages so far, merged.
pub(super) struct Pages {
    service: Service,
    merged: Option<Answer>,
    seen: BTreeSet<String>,
    nodes: usize,
}

impl Pages {
    /// Nothing yet.
    pub(super) fn new(service: Service) -> Self {
        Self {
            service,
            merged: None,
            seen: BTreeSet::new(),
            nodes: 0,
        }
    }

    /// Takes in a page. Says what to ask for next, or nothing after the last page.
    pub(super) fn add(&mut self, mut page: Answer) -> Result<Option<NextPage>, PageError> {
        let next = take_next(self.service, &mut page.body)?;
        self.nodes += size(&page.body);
        if self.nodes > MOST_NODES || self.seen.len() >= MOST_PAGES {
            return Err(PageError::Endless);
        }
        match &mut self.merged {
            Some(merged) => {
                merged.body.merge(page.body);
                merged.request_id = page.request_id;
            }
            None => self.merged = Some(page),
        }
        match &next {
            Some((_, token)) if !self.seen.insert(token.clone()) => {
                Err(PageError::Repeated(token.clone()))
            }
            _ => Ok(next),
        }
    }

    /// All pages as one answer; empty when none was added.
    pub(super) fn finish(self) -> Answer {
        self.merged.unwrap_or(Answer {
            body: Node::Map(BTreeMap::new()),
            request_id: None,
        })
    }
}

fn size(node: &Node) -> usize {
    match node {
        Node::Text(text) => 1 + text.len() / 32,
        Node::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Node::Map(members) => 1 + members.values().map(size).sum::<usize>(),
    }
}

/// Takes the paging members out of a page. IAM says with `IsTruncated` whether there is more, whatever the
/// number of items (short and empty pages are normal); EC2 by giving a token.
fn take_next(service: Service, body: &mut Node) -> Result<Option<NextPage>, PageError> {
    let Node::Map(members) = body else {
        return Ok(None);
    };
    let mut take = |name: &str| match members.remove(name) {
        Some(Node::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    match service {
        Service::Iam => {
            let more = take("IsTruncated").is_some_and(|text| text == "true");
            match (more, take("Marker")) {
                (true, Some(marker)) => Ok(Some(("Marker", marker))),
                (true, None) => Err(PageError::NoMarker),
                (false, _) => Ok(None),
            }
        }
        Service::Ec2 => Ok(take("nextToken").map(|token| ("NextToken", token))),
        Service::Sts | Service::S3 => Ok(None),
        Service::AccessAnalyzer => Ok(take("nextToken").map(|token| ("nextToken", token))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::xml;

    fn page(body: &str) -> Answer {
        Answer {
            body: xml::parse(&format!("<R>{body}</R>")).unwrap().1,
            request_id: None,
        }
    }

    fn followed(service: Service, bodies: &[&str]) -> (Vec<Option<NextPage>>, Node) {
        let mut pages = Pages::new(service);
        let next = bodies
            .iter()
            .map(|body| pages.add(page(body)).unwrap())
            .collect();
        (next, pages.finish().body)
    }

    #[test]
    fn iam_goes_on_while_it_is_truncated_even_over_empty_pages() {
        let (next, all) = followed(
            Service::Iam,
            &[
                "<Roles><member>a</member></Roles><IsTruncated>true</IsTruncated><Marker>1</Marker>",
                "<Roles/><IsTruncated>true</IsTruncated><Marker>2</Marker>",
                "<Roles><member>b</member></Roles><IsTruncated>false</IsTruncated><Marker>3</Marker>",
            ],
        );
        let markers = [
            Some(("Marker", "1".into())),
            Some(("Marker", "2".into())),
            None,
        ];
        assert_eq!(next, markers);
        let expected = page("<Roles><member>a</member><member>b</member></Roles>").body;
        assert_eq!(all, expected);
    }

    #[test]
    fn ec2_goes_on_while_there_is_a_token() {
        let (next, all) = followed(
            Service::Ec2,
            &[
                "<set><item>a</item></set><nextToken>t</nextToken>",
                "<set><item>b</item></set><nextToken/>",
            ],
        );
        assert_eq!(next, [Some(("NextToken", "t".into())), None]);
        let expected = page("<set><item>a</item><item>b</item></set>").body;
        assert_eq!(all, expected);
    }

    #[test]
    fn a_token_that_comes_back_is_an_error() {
        let mut pages = Pages::new(Service::Ec2);
        let body = "<set/><nextToken>t</nextToken>";
        assert!(pages.add(page(body)).is_ok());
        assert_eq!(pages.add(page(body)), Err(PageError::Repeated("t".into())));
    }

    #[test]
    fn a_list_with_ever_new_tokens_ends() {
        let mut pages = Pages::new(Service::Ec2);
        let added = (0..=MOST_PAGES).map(|n| {
            pages.add(page(&format!(
                "<set><item>a</item></set><nextToken>{n}</nextToken>"
            )))
        });
        assert_eq!(added.last(), Some(Err(PageError::Endless)));
    }

    #[test]
    fn a_truncated_answer_without_marker_is_an_error() {
        let cut = page("<Roles/><IsTruncated>true</IsTruncated>");
        assert_eq!(Pages::new(Service::Iam).add(cut), Err(PageError::NoMarker));
    }
}
