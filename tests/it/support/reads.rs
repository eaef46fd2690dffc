//! An AWS that answers from a table and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures::future::{BoxFuture, ready};
use rolewright::cloud::{Answer, Class, Fault, Node, Parameter, ReadCall, Reads};

type Answering = Box<dyn Fn(&ReadCall) -> Result<Node, Class> + Send + Sync>;

/// Answers by action. What is not in the table is denied, so that a story says everything it relies on.
#[derive(Default)]
pub(crate) struct Script {
    answers: BTreeMap<&'static str, Answering>,
    asked: Mutex<Vec<String>>,
}

impl Script {
    /// Answers an action with the same tree every time.
    pub(crate) fn on(self, action: &'static str, answer: Node) -> Self {
        self.with(action, move |_| Ok(answer.clone()))
    }

    /// Answers an action by what is asked.
    pub(crate) fn with(
        mut self,
        action: &'static str,
        answer: impl Fn(&ReadCall) -> Result<Node, Class> + Send + Sync + 'static,
    ) -> Self {
        self.answers.insert(action, Box::new(answer));
        self
    }

    /// How often each action was asked, by name.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for action in self
            .asked
            .lock()
            .expect("no test panics while asking")
            .iter()
        {
            *counts.entry(action.clone()).or_default() += 1;
        }
        counts
    }

    /// How many calls there were.
    pub(crate) fn total(&self) -> usize {
        self.counts().values().sum()
    }
}

impl Reads for Script {
    fn ask<'a>(&'a self, call: &'a ReadCall) -> BoxFuture<'a, Result<Answer, Fault>> {
        let asked = call.call();
        self.asked
            .lock()
            .expect("no test panics while asking")
            .push(asked.action.clone());
        let outcome = match self.answers.get(asked.action.as_str()) {
            Some(answer) => answer(call),
            None => Err(Class::Denied),
        };
        let answer = outcome.map(|body| Answer {
            body,
            request_id: None,
        });
        let fault = |class| Fault::new(class, asked.service, &asked.action, "Code", "message");
        Box::pin(ready(answer.map_err(fault)))
    }
}

/// A leaf.
pub(crate) fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

/// A structure.
pub(crate) fn map<const N: usize>(members: [(&str, Node); N]) -> Node {
    let members = members.map(|(name, node)| (name.to_owned(), node));
    Node::Map(members.into())
}

/// The text of a parameter, for answers that depend on what is asked.
pub(crate) fn parameter<'a>(call: &'a ReadCall, name: &str) -> &'a str {
    match call.call().parameters.get(name) {
        Some(Parameter::Text(text)) => text,
        other => panic!("{name} is {other:?}"),
    }
}
