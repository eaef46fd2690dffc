//! Where every card of a picture stands, in whole pixels: layers side by side, cards as near to their neighbours as those
//! above and below let them, and what has no neighbour in rows beneath. Which layer and order is `layers`'s.

use super::layers::{Layers, layers};

/// The height of a card.
pub(super) const HEIGHT: i64 = 46;
/// Between two cards of a layer.
const GAP: i64 = 14;
/// Between a way point and what is above or below it.
const LANE: i64 = 8;
/// Between two layers: room for the arrows to bend in.
const BEND: i64 = 72;
/// Around the whole.
const MARGIN: i64 = 12;
/// How wide rows of cards without a neighbour may get when the rest is narrower.
const ROW: i64 = 760;
/// How often cards are pulled towards their neighbours.
const PULLS: usize = 24;
/// The parts of a pixel in which heights are worked out, so that rounding does not bend what is straight.
const FINE: i64 = 64;

/// A picture's cards and arrows in pixels.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) width: i64,
    pub(super) height: i64,
    /// The upper left corner and the width of each card.
    pub(super) cards: Vec<NodePosition>,
    /// The points that each arrow goes through: out of one card, through layers between, into the other.
    pub(super) arrows: Vec<Vec<[i64; 2]>>,
}

/// Where a card stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct NodePosition {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
}

/// Places cards of these widths.
pub(super) fn place(widths: &[i64], edges: &[(usize, usize)]) -> Placed {
    let mut linked = vec![false; widths.len()];
    for (from, to) in edges.iter().filter(|(from, to)| from != to) {
        linked[*from] = true;
        linked[*to] = true;
    }
    let (bound, alone): (Vec<usize>, Vec<usize>) =
        (0..widths.len()).partition(|node| linked[*node]);
    let mut placed = Placed {
        width: MARGIN,
        height: MARGIN,
        cards: vec![NodePosition::default(); widths.len()],
        arrows: vec![Vec::new(); edges.len()],
    };
    placed.add_layers(widths, &bound, edges);
    placed.add_rows(widths, &alone);
    placed
}

impl Placed {
    fn add_layers(&mut self, widths: &[i64], bound: &[usize], edges: &[(usize, usize)]) {
        let number = |node: &usize| bound.binary_search(node).ok();
        let inner: Vec<(usize, usize)> = edges
            .iter()
            .filter_map(|(from, to)| Some((number(from)?, number(to)?)))
            .collect();
        let layers = layers(bound.len(), &inner);
        let middles = middles(&layers, bound.len());
        let columns = self.add_columns(widths, bound, &layers, &middles);
        let mut routes = layers.routes.iter();
        for (edge, (from, to)) in edges.iter().enumerate() {
            if number(from).is_some() && number(to).is_some() {
                let route = routes.next().map_or(&[][..], Vec::as_slice);
                self.arrows[edge] = points(route, &layers, &columns, &middles);
                // In a circle one arrow points to the left.
                if number(from) != route.first().copied() {
                    self.arrows[edge].reverse();
                }
            }
        }
    }

    /// Puts the cards of each layer below each other; gives where each layer begins, and how wide it is.
    fn add_columns(
        &mut self,
        widths: &[i64],
        bound: &[usize],
        layers: &Layers,
        middles: &[i64],
    ) -> Vec<(i64, i64)> {
        let mut columns = Vec::new();
        for row in &layers.rows {
            let cards = row.iter().filter_map(|vertex| bound.get(*vertex));
            let width = cards.map(|node| widths[*node]).max().unwrap_or_default();
            let x = self.width + if columns.is_empty() { 0 } else { BEND };
            for vertex in row {
                let middle = MARGIN + middles[*vertex];
                self.height = self.height.max(middle + HEIGHT / 2);
                if let Some(node) = bound.get(*vertex) {
                    let y = middle - HEIGHT / 2;
                    self.cards[*node] = NodePosition { x, y, width };
                }
            }
            columns.push((x, width));
            self.width = x + width;
        }
        self.width += if columns.is_empty() { 0 } else { MARGIN };
        self.height += MARGIN;
        columns
    }

    fn add_rows(&mut self, widths: &[i64], alone: &[usize]) {
        let width = alone.iter().map(|node| widths[*node]).max().unwrap_or(1);
        let room = self.width.max(ROW) - MARGIN;
        let (mut x, mut y) = (MARGIN, self.height);
        for node in alone {
            if x > MARGIN && x + width > room {
                (x, y) = (MARGIN, y + HEIGHT + GAP);
            }
            self.cards[*node] = NodePosition { x, y, width };
            self.width = self.width.max(x + width + MARGIN);
            self.height = y + HEIGHT + MARGIN;
            x += width + GAP;
        }
    }
}

/// Out of a card's right side, level through the layers between, into the next card's left side.
fn points(
    route: &[usize],
    layers: &Layers,
    columns: &[(i64, i64)],
    middles: &[i64],
) -> Vec<[i64; 2]> {
    let layer = |vertex: &usize| layers.rows.iter().position(|row| row.contains(vertex));
    let (Some((first, _)), Some((last, _))) = (route.split_first(), route.split_last()) else {
        return Vec::new();
    };
    let mut points = Vec::new();
    let start = layer(first).unwrap_or_default();
    for (vertex, (x, width)) in route.iter().zip(columns.iter().skip(start)) {
        let y = MARGIN + middles[*vertex];
        points.extend((vertex != first).then_some([*x, y]));
        points.extend((vertex != last).then_some([x + width, y]));
    }
    points
}

/// The height of the middle of every vertex, the topmost card at 0. Until the end it is in parts of a pixel.
fn middles(layers: &Layers, nodes: usize) -> Vec<i64> {
    let mut middles = vec![0; layers.sides[0].len()];
    for row in &layers.rows {
        let mut y = 0;
        for (index, vertex) in row.iter().enumerate() {
            y += index
                .checked_sub(1)
                .map_or(0, |above| distance(row[above], *vertex, nodes));
            middles[*vertex] = y;
        }
        for vertex in row {
            middles[*vertex] -= y / 2;
        }
    }
    for pull in 0..PULLS {
        let mut rows: Vec<&Vec<usize>> = layers.rows.iter().collect();
        if pull % 2 == 1 {
            rows.reverse();
        }
        for row in rows {
            settle(row, layers, nodes, &mut middles);
        }
    }
    let cards = middles.iter().enumerate();
    let top = cards.map(|(vertex, y)| y - half(vertex, nodes)).min();
    let top = top.unwrap_or_default();
    let rounded = |y: i64| (y - top + FINE / 2).div_euclid(FINE);
    middles.iter().map(|y| rounded(*y)).collect()
}

fn half(vertex: usize, nodes: usize) -> i64 {
    if vertex < nodes { HEIGHT / 2 * FINE } else { 0 }
}

fn distance(above: usize, below: usize, nodes: usize) -> i64 {
    let gap = if above < nodes && below < nodes {
        GAP
    } else {
        LANE
    };
    half(above, nodes) + gap * FINE + half(below, nodes)
}

/// Moves the vertices of a layer as near to the middle of their neighbours as their order and distances allow: vertices
/// that would come too near to each other move as one block, to the average of what they want.
fn settle(row: &[usize], layers: &Layers, nodes: usize, middles: &mut [i64]) {
    let mut offsets = Vec::with_capacity(row.len());
    let mut blocks: Vec<(i64, i64)> = Vec::new();
    let mut offset = 0;
    for (index, vertex) in row.iter().enumerate() {
        if let Some(above) = index.checked_sub(1) {
            offset += distance(row[above], *vertex, nodes);
        }
        offsets.push(offset);
        let mut block = (wanted(*vertex, layers, middles) - offset, 1);
        while let Some(above) = blocks.pop_if(|above| mean(*above) > mean(block)) {
            block = (above.0 + block.0, above.1 + block.1);
        }
        blocks.push(block);
    }
    let places = blocks.iter().flat_map(|block| {
        let size = usize::try_from(block.1).unwrap_or_default();
        std::iter::repeat_n(mean(*block), size)
    });
    for ((vertex, offset), place) in row.iter().zip(offsets).zip(places) {
        middles[*vertex] = place + offset;
    }
}

fn mean((sum, number): (i64, i64)) -> i64 {
    sum.div_euclid(number.max(1))
}

fn wanted(vertex: usize, layers: &Layers, middles: &[i64]) -> i64 {
    let [left, right] = &layers.sides;
    let mut block = (0, 0);
    for neighbour in left[vertex].iter().chain(&right[vertex]) {
        block = (block.0 + middles[*neighbour], block.1 + 1);
    }
    if block.1 == 0 {
        middles[vertex]
    } else {
        mean(block)
    }
}
