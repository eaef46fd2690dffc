//! Graphs in languages that others draw or read: Graphviz, Mermaid, lines of text, JSON. The picture of our own stands in
//! `svg`.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::Graph;
use crate::model::{Action, Address};
use crate::render::words::{marks, symbol};

/// One line a resource, with what it refers to.
pub fn text(graph: &Graph) -> String {
    let mut lines = String::new();
    for (address, action) in &graph.nodes {
        let targets: Vec<String> = graph
            .edges()
            .filter(|(from, _)| *from == address)
            .map(|(_, to)| to.to_string())
            .collect();
        let arrow = if targets.is_empty() { "" } else { " -> " };
        let targets = targets.join(", ");
        lines.push_str(&format!("{}{arrow}{targets}\n", labelled(address, *action)));
    }
    lines
}

/// The same for programs: addresses, and what happens to those of which it is known.
pub fn json(graph: &Graph) -> Json {
    let nodes: Vec<&Address> = graph.nodes.keys().collect();
    let edges: Vec<Json> = graph
        .edges()
        .map(|(from, to)| json!({ "from": from, "to": to }))
        .collect();
    let actions: BTreeMap<String, Action> = graph
        .nodes
        .iter()
        .filter_map(|(address, action)| Some((address.to_string(), (*action)?)))
        .collect();
    let mut json = json!({ "nodes": nodes, "edges": edges });
    if !actions.is_empty() {
        json["actions"] = json!(actions);
    }
    json
}

/// For Graphviz.
pub fn dot(graph: &Graph) -> String {
    let mut lines = "digraph stack {\n  rankdir=LR;\n".to_owned();
    for (address, action) in &graph.nodes {
        let known = action.map(|action| {
            let label = labelled(address, Some(action));
            format!(
                " [label={}, color={}]",
                quoted(&label),
                marks(action).colour
            )
        });
        let name = quoted(&address.to_string());
        lines.push_str(&format!("  {name}{};\n", known.unwrap_or_default()));
    }
    for (from, to) in graph.edges() {
        let [from, to] = [from, to].map(|end| quoted(&end.to_string()));
        lines.push_str(&format!("  {from} -> {to};\n"));
    }
    lines + "}\n"
}

/// For Mermaid, which GitHub draws.
pub fn mermaid(graph: &Graph) -> String {
    let mut lines = "graph LR\n".to_owned();
    let mut numbers = BTreeMap::new();
    for (number, (address, action)) in graph.nodes.iter().enumerate() {
        numbers.insert(address, number);
        let label = entities(&labelled(address, *action));
        let class = action.map(|action| format!(":::{}", marks(action).name));
        let class = class.unwrap_or_default();
        lines.push_str(&format!("  n{number}[\"{label}\"]{class}\n"));
    }
    for (from, to) in graph.edges() {
        if let (Some(from), Some(to)) = (numbers.get(from), numbers.get(to)) {
            lines.push_str(&format!("  n{from} --> n{to}\n"));
        }
    }
    for action in actions(graph) {
        let marks = marks(action);
        lines.push_str(&format!(
            "  classDef {} stroke:{}\n",
            marks.name, marks.colour
        ));
    }
    lines
}

/// The address behind the sign of what happens to it.
fn labelled(address: &Address, action: Option<Action>) -> String {
    match action.map(symbol) {
        None | Some("") => address.to_string(),
        Some(sign) => format!("{sign} {address}"),
    }
}

/// Every action that is in the graph, once.
fn actions(graph: &Graph) -> Vec<Action> {
    let mut actions: Vec<Action> = graph.nodes.values().copied().flatten().collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// Graphviz knows two escapes in a quoted text; control characters have no business in it.
fn quoted(text: &str) -> String {
    let text = visible(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

/// Mermaid reads `#quot;` and the like within its quotes, and takes tags in labels for HTML.
fn entities(text: &str) -> String {
    let text = visible(text).replace('#', "#35;").replace('"', "#quot;");
    text.replace('<', "#lt;").replace('>', "#gt;")
}

fn visible(text: &str) -> String {
    text.replace(crate::text::is_hidden, "\u{fffd}")
}
