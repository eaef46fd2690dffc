//! Small graphs as they are written, and what holds for the picture of any graph.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::picture::{MANY, MOST};
use super::place::{HEIGHT, Placed, place};
use super::*;
use crate::render::sample;

fn address(text: &str) -> Address {
    Address::try_from(text.to_owned()).unwrap()
}

fn graph(nodes: &[(&str, Option<Action>)], edges: &[(&str, &str)]) -> Graph {
    let nodes = nodes.iter().map(|(name, action)| Node {
        address: address(name),
        action: *action,
    });
    let edges = edges.iter().map(|(from, to)| (address(from), address(to)));
    Graph::new(nodes, edges)
}

fn small() -> Graph {
    graph(
        &[
            ("Role/app", Some(Action::Update)),
            ("InstanceProfile/app", Some(Action::Keep)),
            ("InstanceAssociation/web[i-0abc]", Some(Action::Create)),
        ],
        &[
            ("InstanceProfile/app", "Role/app"),
            ("InstanceAssociation/web[i-0abc]", "InstanceProfile/app"),
            ("InstanceAssociation/web[i-0abc]", "Role/old"),
        ],
    )
}

#[test]
fn as_text_and_json() {
    assert_snapshot!(text(&small()), @r"
    + InstanceAssociation/web[i-0abc] -> InstanceProfile/app, Role/old
    InstanceProfile/app -> Role/app
    ~ Role/app
    Role/old
    ");
    assert_snapshot!(json(&small()), @r#"{"nodes":["InstanceAssociation/web[i-0abc]","InstanceProfile/app","Role/app","Role/old"],"edges":[{"from":"InstanceAssociation/web[i-0abc]","to":"InstanceProfile/app"},{"from":"InstanceAssociation/web[i-0abc]","to":"Role/old"},{"from":"InstanceProfile/app","to":"Role/app"}],"actions":{"InstanceAssociation/web[i-0abc]":"create","InstanceProfile/app":"keep","Role/app":"update"}}"#);
}

#[test]
fn for_graphviz_and_mermaid() {
    assert_snapshot!(dot(&small()), @r#"
    digraph stack {
      rankdir=LR;
      "InstanceAssociation/web[i-0abc]" [label="+ InstanceAssociation/web[i-0abc]", color=green];
      "InstanceProfile/app" [label="InstanceProfile/app", color=gray];
      "Role/app" [label="~ Role/app", color=goldenrod];
      "Role/old";
      "InstanceAssociation/web[i-0abc]" -> "InstanceProfile/app";
      "InstanceAssociation/web[i-0abc]" -> "Role/old";
      "InstanceProfile/app" -> "Role/app";
    }
    "#);
    assert_snapshot!(mermaid(&small()), @r#"
    graph LR
      n0["+ InstanceAssociation/web[i-0abc]"]:::created
      n1["InstanceProfile/app"]:::kept
      n2["~ Role/app"]:::updated
      n3["Role/old"]
      n0 --> n1
      n0 --> n3
      n1 --> n2
      classDef created stroke:green
      classDef updated stroke:goldenrod
      classDef kept stroke:gray
    "#);
}

#[test]
fn names_cannot_leave_their_quotes() {
    let name = "Role/a\"b\\<script>\u{1b}#";
    let hostile = graph(&[(name, None)], &[]);
    assert_snapshot!(dot(&hostile), @r#"
    digraph stack {
      rankdir=LR;
      "Role/a\"b\\<script>�#";
    }
    "#);
    assert_snapshot!(mermaid(&hostile), @r#"
    graph LR
      n0["Role/a#quot;b\#lt;script#gt;�#35;"]
    "#);
    let picture = svg(&hostile);
    assert!(!picture.contains("<script"), "{picture}");
    assert!(
        picture.contains("a&quot;b\\&lt;script&gt;\\u{1b}#"),
        "{picture}"
    );
}

#[test]
fn a_picture_has_signs_and_arrows() {
    let picture = svg(&small());
    let body = picture.split_once("</defs>").unwrap().1;
    let lines = body.replace("<path", "\n<path").replace("<g ", "\n<g ");
    assert_snapshot!(lines, @r#"

    <path class="ge" data-e="0 1" d="M188 65C224 65 224 50 260 50" marker-end="url(#tip)"/>
    <path class="ge" data-e="0 3" d="M188 65C224 65 224 81 260 81L384 81C420 81 420 95 456 95" marker-end="url(#tip)"/>
    <path class="ge" data-e="1 2" d="M384 50C420 50 420 35 456 35" marker-end="url(#tip)"/>
    <g class="gc ac" data-n="0" transform="translate(12 42)"><title>+ InstanceAssociation/web[i-0abc]</title><rect width="176" height="46" rx="7"/><text class="gs" x="21" y="28">+</text><text class="gk" x="41" y="18">InstanceAssociation</text><text class="gn" x="41" y="34">web[i-0abc]</text></g>
    <g class="gc ak" data-n="1" transform="translate(260 27)"><title>InstanceProfile/app</title><rect width="124" height="46" rx="7"/><text class="gk" x="14" y="18">InstanceProfile</text><text class="gn" x="14" y="34">app</text></g>
    <g class="gc au" data-n="2" transform="translate(456 12)"><title>~ Role/app</title><rect width="110" height="46" rx="7"/><text class="gs" x="21" y="28">~</text><text class="gk" x="41" y="18">Role</text><text class="gn" x="41" y="34">app</text></g>
    <g class="gc ao" data-n="3" transform="translate(456 72)"><title>Role/old</title><rect width="110" height="46" rx="7"/><text class="gk" x="14" y="18">Role</text><text class="gn" x="14" y="34">old</text></g></svg>
    "#);
}

#[test]
fn what_a_plan_refers_to_beside_it_is_drawn_too() {
    let mut role = sample::change(Action::Delete, "Role", "a", 1);
    role.references.insert(address("Role/beside"));
    let graph = Graph::of_plan(&sample::plan(vec![role]));
    assert_eq!(graph.edges().count(), 1);
    let actions: Vec<Option<Action>> = graph.nodes.into_values().collect();
    assert_eq!(actions, [Some(Action::Delete), None]);
}

fn many(number: usize, action: impl Fn(usize) -> Action) -> Graph {
    let name = |kind: &str, index: usize| address(&format!("{kind}/r{index:04}"));
    let nodes = (0..number).flat_map(|index| {
        [("Role", Action::Keep), ("InstanceProfile", action(index))].map(|(kind, action)| Node {
            address: name(kind, index),
            action: Some(action),
        })
    });
    let edges = (0..number).map(|index| (name("InstanceProfile", index), name("Role", index)));
    Graph::new(nodes, edges)
}

#[test]
fn a_large_graph_shows_what_changes_and_what_that_refers_to() {
    let number = MANY;
    let picture = Picture::of(&many(number, |index| {
        if index < 3 {
            Action::Update
        } else {
            Action::Keep
        }
    }));
    assert_eq!(picture.cards.len(), 6);
    assert_eq!(picture.edges.len(), 3);
    assert_eq!(
        picture.omitted.unwrap(),
        "294 unchanged resources that nothing here refers to: not drawn"
    );
}

#[test]
fn a_huge_graph_is_drawn_by_kind() {
    let picture = Picture::of(&many(MOST, |index| {
        if index % 2 == 0 {
            Action::Update
        } else {
            Action::Create
        }
    }));
    let cards = picture.cards.iter();
    let cards: Vec<String> = cards
        .map(|card| format!("{} {} {:?}", card.kind, card.name, card.action.unwrap()))
        .collect();
    assert_eq!(
        cards,
        [
            "InstanceProfile 200 resources Create",
            "InstanceProfile 200 resources Update",
            "Role 400 resources Keep"
        ]
    );
    assert_eq!(picture.edges, [(0, 2), (1, 2)]);
    assert_eq!(picture.omitted.unwrap(), "800 resources, drawn by kind");
}

#[test]
fn long_names_keep_both_ends() {
    let long = format!("Role/{}-end", "x".repeat(60));
    let picture = Picture::of(&graph(&[(&long, None)], &[]));
    let card = &picture.cards[0];
    assert_eq!(card.name, "xxxxxxxxxxxxxxxxx…xxxxxxxxxxxx-end");
    assert_eq!(card.title, long);
}

/// Graphs of up to 30 nodes; their edges lead to smaller numbers, so that there is no circle.
fn acyclic() -> impl Strategy<Value = (Vec<i64>, Vec<(usize, usize)>)> {
    let sizes = prop::collection::vec(120_i64..300, 2..30);
    sizes.prop_flat_map(|widths| {
        let number = widths.len();
        let edge = (0..number, 0..number).prop_filter_map("not to itself", |(a, b)| {
            (a != b).then_some((a.max(b), a.min(b)))
        });
        let edges = prop::collection::btree_set(edge, 0..2 * number);
        (
            Just(widths),
            edges.prop_map(|edges| edges.into_iter().collect()),
        )
    })
}

fn overlap(placed: &Placed) -> Option<(usize, usize)> {
    let apart = |a: usize, b: usize| {
        let [a, b] = [a, b].map(|index| placed.cards[index]);
        a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + HEIGHT <= b.y || b.y + HEIGHT <= a.y
    };
    let number = placed.cards.len();
    let mut pairs = (0..number).flat_map(|a| (a + 1..number).map(move |b| (a, b)));
    pairs.find(|(a, b)| !apart(*a, *b))
}

proptest! {
    #[test]
    fn no_two_cards_overlap_and_arrows_lead_to_the_right((widths, edges) in acyclic()) {
        let placed = place(&widths, &edges);
        prop_assert_eq!(overlap(&placed), None);
        for ((from, to), points) in edges.iter().zip(&placed.arrows) {
            let [from, to] = [from, to].map(|index| placed.cards[*index]);
            prop_assert!(from.x + from.width < to.x);
            prop_assert_eq!(points.first(), Some(&[from.x + from.width, from.y + HEIGHT / 2]));
            prop_assert_eq!(points.last(), Some(&[to.x, to.y + HEIGHT / 2]));
            prop_assert!(points.windows(2).all(|pair| pair[0][0] <= pair[1][0]));
        }
        for card in &placed.cards {
            prop_assert!(card.x >= 0 && card.y >= 0);
            prop_assert!(card.x + card.width <= placed.width && card.y + HEIGHT <= placed.height);
        }
    }

    #[test]
    fn circles_are_drawn_all_the_same(number in 1_usize..12, edges in prop::collection::btree_set((0_usize..12, 0_usize..12), 0..30)) {
        let edges: Vec<_> = edges.into_iter().filter(|(a, b)| *a < number && *b < number).collect();
        let placed = place(&vec![150; number], &edges);
        prop_assert_eq!(overlap(&placed), None);
        for ((from, to), points) in edges.iter().zip(&placed.arrows) {
            prop_assert_eq!(points.is_empty(), from == to);
            let [from, to] = [from, to].map(|index| placed.cards[*index]);
            let middles = (points.first().map(|one| one[1]), points.last().map(|one| one[1]));
            if !points.is_empty() {
                prop_assert_eq!(middles, (Some(from.y + HEIGHT / 2), Some(to.y + HEIGHT / 2)));
            }
        }
    }
}

#[test]
fn arrows_that_need_not_cross_do_not() {
    // Two that cross in the order of their numbers.
    let layers = super::layers::layers(4, &[(0, 3), (1, 2)]);
    assert_eq!(layers.crossings(), 0);
}
