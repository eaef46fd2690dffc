//! An Access Analyzer for tests: prepared answers in order, and what was asked for.

use std::collections::VecDeque;
use std::sync::Mutex;

use futures::future::BoxFuture;
use serde_json::Value;

use crate::cloud::{
    Answer, Call, Fault, Node, Parameter, ReadCall, Reads, Service, WriteCall, Writes,
};

/// Answers in order.
pub(super) struct Answers {
    answers: Mutex<VecDeque<Node>>,
    asked: Mutex<Vec<String>>,
}

impl Answers {
    pub(super) fn of<const N: usize>(answers: &[Value; N]) -> Self {
        Self {
            answers: Mutex::new(answers.iter().map(node).collect()),
            asked: Mutex::default(),
        }
    }

    /// Action and parameters of every call, one line each.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn next(&self, call: &Call) -> Answer {
        let Call {
            service,
            action,
            region: _,
            parameters,
        } = call;
        assert_eq!(*service, Service::AccessAnalyzer);
        let parameters = parameters.iter();
        let parameters = parameters.map(|(name, value)| format!(" {name}={}", text(value)));
        let line = format!("{action}{}", parameters.collect::<String>());
        self.asked.lock().unwrap().push(line);
        let body = self.answers.lock().unwrap().pop_front();
        Answer {
            body: body.expect("there is an answer for every call"),
            request_id: None,
        }
    }
}

impl Reads for Answers {
    fn ask<'a>(&'a self, call: &'a ReadCall) -> BoxFuture<'a, Result<Answer, Fault>> {
        Box::pin(async { Ok(self.next(call.call())) })
    }
}

impl Writes for Answers {
    fn send<'a>(&'a self, call: &'a WriteCall) -> BoxFuture<'a, Result<Answer, Fault>> {
        Box::pin(async { Ok(self.next(call.call())) })
    }
}

/// JSON as the tree of an answer.
pub(super) fn node(value: &Value) -> Node {
    match value {
        Value::String(text) => Node::Text(text.clone()),
        Value::Array(items) => Node::List(items.iter().map(node).collect()),
        Value::Object(members) => {
            let members = members.iter();
            Node::Map(
                members
                    .map(|(name, value)| (name.clone(), node(value)))
                    .collect(),
            )
        }
        other => Node::Text(other.to_string()),
    }
}

fn text(value: &Parameter) -> String {
    match value {
        Parameter::Text(text) => text.clone(),
        Parameter::List(items) => {
            format!(
                "[{}]",
                items.iter().map(text).collect::<Vec<_>>().join(", ")
            )
        }
        Parameter::Map(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(name, value)| format!("{name}: {}", text(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        Parameter::Later(name) => panic!("{name} is not known"),
    }
}
