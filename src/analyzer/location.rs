//! Where in a document a finding is: Access Analyzer's path elements as a JSON pointer.

use serde_json::Value;

use crate::cloud::Node;
use crate::policy::escaped;

/// The pointer of a location within a document: as far as the path leads through it.
pub(super) fn pointer(location: &Node, document: &Value) -> String {
    let mut pointer = String::new();
    let mut here = Some(document);
    for element in location.list(&["path"]) {
        let name = element
            .text(&["value"])
            .or_else(|| element.text(&["key"]))
            .map(str::to_owned);
        let index = element.text(&["index"]).map(str::to_owned);
        let step = match (name, index, here) {
            (Some(name), _, _) => name,
            (None, Some(index), Some(Value::Array(_))) => index,
            // A member that stands bare is the first of its list; a part of a text is no step.
            _ => continue,
        };
        here = here.and_then(|value| match value {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            Value::Object(members) => members.get(&step),
            _ => None,
        });
        if here.is_none() {
            break;
        }
        pointer.push('/');
        pointer.push_str(&escaped(&step));
    }
    pointer
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::node;
    use super::*;

    fn found(document: &Value, path: &Value) -> String {
        pointer(&node(&json!({ "path": path })), document)
    }

    #[test]
    fn a_path_leads_through_names_and_lists() {
        let document = json!({"Statement": [{}, {"Action": ["a", "b"]}]});
        let path = json!([{"value": "Statement"}, {"index": 1}, {"value": "Action"}, {"index": 1}]);
        assert_eq!(found(&document, &path), "/Statement/1/Action/1");
    }

    #[test]
    fn what_stands_bare_has_no_index() {
        let document = json!({"Statement": {"Action": "s3:*"}});
        let path = json!([
            {"value": "Statement"}, {"index": 0}, {"value": "Action"}, {"index": 0},
            {"substring": {"start": 3, "length": 1}}
        ]);
        assert_eq!(found(&document, &path), "/Statement/Action");
    }

    #[test]
    fn keys_are_steps_too_and_are_escaped() {
        let document = json!({"Statement": [{"Condition": {"Bool": {"a/b": "true"}}}]});
        let path = json!([
            {"value": "Statement"}, {"index": 0}, {"value": "Condition"}, {"value": "Bool"}, {"key": "a/b"}
        ]);
        assert_eq!(found(&document, &path), "/Statement/0/Condition/Bool/a~1b");
    }

    #[test]
    fn a_path_that_leads_nowhere_ends_where_it_left() {
        let document = json!({"Statement": [{"Effect": "Allow"}]});
        let path =
            json!([{"value": "Statement"}, {"index": 0}, {"value": "Resource"}, {"index": 0}]);
        assert_eq!(found(&document, &path), "/Statement/0");
        assert_eq!(found(&document, &json!([])), "");
    }
}
