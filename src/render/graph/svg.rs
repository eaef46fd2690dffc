//! A picture as SVG: cards with what happens to each, by colour and by sign, and arrows to what they refer to. What is drawn
//! is decided in `picture`, and where in `place`.

use super::picture::Card;
use super::place::{HEIGHT, NodePosition, Placed, place};
use super::{Graph, Picture};
use crate::model::Address;
use crate::render::markup::Markup;
use crate::render::words::{marks, symbol};

/// Colours for a picture that stands alone; within a page they are the page's.
const ALONE: &str = include_str!("alone.css");
const STYLE: &str = include_str!("graph.css");

/// The width of a character of a name, and of a kind, in tenths of a pixel.
const NAME: usize = 73;
const KIND: usize = 64;
/// Where words begin behind a sign, and where there is none.
const SIGNED: i64 = 41;
const UNSIGNED: i64 = 14;
/// Right of the words.
const BESIDE: i64 = 14;
const NARROWEST: i64 = 110;

/// The graph as an SVG file of its own, for a light or a dark background.
pub fn svg(graph: &Graph) -> String {
    let mut out = Markup::default();
    let picture = Picture::of(graph);
    draw(&mut out, &picture, true, |_| None);
    out.raw("\n");
    out.finished()
}

/// The picture for a page that has the style, with a link from every card whose change is on it.
pub(in crate::render) fn drawing(
    out: &mut Markup,
    picture: &Picture,
    link: impl Fn(&Address) -> Option<usize>,
) {
    draw(out, picture, false, link);
}

fn draw(
    out: &mut Markup,
    picture: &Picture,
    alone: bool,
    link: impl Fn(&Address) -> Option<usize>,
) {
    let widths: Vec<i64> = picture.cards.iter().map(width).collect();
    let Placed {
        width,
        height,
        cards,
        arrows,
    } = place(&widths, &picture.edges);
    frame(out, [width, height], alone);
    for ((from, to), points) in picture.edges.iter().zip(&arrows) {
        arrow(out, points, [*from, *to]);
    }
    let is_plan = picture.cards.iter().any(|card| card.action.is_some());
    for (index, (card, position)) in picture.cards.iter().zip(cards).enumerate() {
        let class = match card.action {
            // Beside the stack: nothing is done to it, and nothing is known of it.
            None if is_plan => "ao",
            None => "an",
            Some(action) => marks(action).class,
        };
        linked(out, link(&card.shows), |out| {
            draw_card(out, (index, class), card, position);
        });
    }
    out.raw("</svg>");
}

/// The opening tag, and what the drawing refers to.
fn frame(out: &mut Markup, [width, height]: [i64; 2], alone: bool) {
    out.fill(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"g\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\"",
        [&width, &height, &width, &height],
    );
    if alone {
        out.raw(" role=\"img\" aria-label=\"Dependency graph\">");
        out.raw("<style>").raw(ALONE).raw(STYLE).raw("</style>");
    } else {
        // What is a picture has no links for those who cannot see it.
        out.raw(" role=\"group\" aria-label=\"Dependency graph\">");
    }
    out.raw("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" class=\"gt\"/></marker></defs>");
}

fn linked(out: &mut Markup, target: Option<usize>, draw: impl FnOnce(&mut Markup)) {
    if let Some(target) = target {
        out.fill("<a href=\"#c{}\">", [&target]);
    }
    draw(out);
    if target.is_some() {
        out.raw("</a>");
    }
}

/// As wide as its words; fonts differ, so there is some room to spare.
fn width(card: &Card) -> i64 {
    let characters = |text: &str, width: usize| text.chars().count() * width / 10;
    let words = characters(&card.name, NAME).max(characters(&card.kind, KIND));
    let words = i64::try_from(words).unwrap_or_default();
    (indent(card) + words + BESIDE).max(NARROWEST)
}

fn indent(card: &Card) -> i64 {
    let sign = card.action.map(symbol).unwrap_or_default();
    if sign.is_empty() { UNSIGNED } else { SIGNED }
}

fn arrow(out: &mut Markup, points: &[[i64; 2]], [from, to]: [usize; 2]) {
    let Some(([x, y], rest)) = points.split_first() else {
        return;
    };
    out.fill(
        "<path class=\"ge\" data-e=\"{} {}\" d=\"M{} {}",
        [&from, &to, x, y],
    );
    let mut before = (*x, *y);
    for [x, y] in rest {
        let bend = i64::midpoint(before.0, *x);
        if before.1 == *y {
            out.fill("L{} {}", [x, y]);
        } else {
            out.fill("C{} {} {} {} {} {}", [&bend, &before.1, &bend, y, x, y]);
        }
        before = (*x, *y);
    }
    out.raw("\" marker-end=\"url(#tip)\"/>");
}

fn draw_card(
    out: &mut Markup,
    (index, class): (usize, &'static str),
    card: &Card,
    position: NodePosition,
) {
    let Card {
        kind,
        name,
        title,
        action,
        shows: _,
    } = card;
    let NodePosition { x, y, width } = position;
    let sign = action.map(symbol).unwrap_or_default();
    let room = if sign.is_empty() { "" } else { " " };
    out.fill(
        "<g class=\"gc {}\" data-n=\"{}\" transform=\"translate({} {})\"><title>{}{}{}</title>",
        [&class, &index, &x, &y, &sign, &room, title],
    );
    out.fill(
        "<rect width=\"{}\" height=\"{}\" rx=\"7\"/>",
        [&width, &HEIGHT],
    );
    if !sign.is_empty() {
        out.fill("<text class=\"gs\" x=\"21\" y=\"28\">{}</text>", [&sign]);
    }
    let left = indent(card);
    out.fill(
        "<text class=\"gk\" x=\"{}\" y=\"18\">{}</text><text class=\"gn\" x=\"{}\" y=\"34\">{}</text></g>",
        [&left, kind, &left, name],
    );
}
