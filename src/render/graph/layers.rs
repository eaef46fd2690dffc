//! Which layer every node of a graph is in, and its order within the layer. Everything goes from left to right: a node is
//! further left than all it refers to, and as far right as that allows. In a circle one edge goes the other way. Coordinates
//! are `place`'s.

use std::collections::BTreeSet;

/// How often the order is improved from both sides. More changed nothing in graphs of a hundred random shapes.
const SWEEPS: usize = 12;

/// Vertices in layers: the nodes, and way points where an edge passes through a layer.
#[derive(Debug)]
pub(super) struct Layers {
    /// The vertices of every layer from left to right, in their order from top to bottom. Numbers from the count of nodes on are way points.
    pub(super) rows: Vec<Vec<usize>>,
    /// The vertices that each edge goes through, from left to right.
    pub(super) routes: Vec<Vec<usize>>,
    /// The neighbours of each vertex in the layer to its left and to its right.
    pub(super) sides: [Vec<Vec<usize>>; 2],
}

/// The layers of nodes `0..count`. An edge from a node to itself has no route.
pub(super) fn layers(count: usize, edges: &[(usize, usize)]) -> Layers {
    let order = order(count, edges);
    let layer = longest_paths(&order, edges);
    let mut rows = vec![Vec::new(); layer.iter().max().map_or(0, |most| most + 1)];
    for (node, layer) in layer.iter().enumerate() {
        rows[*layer].push(node);
    }
    let mut next = count;
    let mut routes = Vec::new();
    for (from, to) in edges {
        let [left, right] = if layer[*from] <= layer[*to] {
            [*from, *to]
        } else {
            [*to, *from]
        };
        let mut route = vec![left];
        for row in rows.iter_mut().take(layer[right]).skip(layer[left] + 1) {
            row.push(next);
            route.push(next);
            next += 1;
        }
        route.extend((left != right).then_some(right));
        routes.push(route);
    }
    let sides = sides(next, &routes);
    let mut layers = Layers {
        rows,
        routes,
        sides,
    };
    layers.untangle();
    layers
}

/// Every node with its rank: behind all that it refers to. Where a circle lets none come next, the first one does.
fn order(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut waits: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
    let mut wanted: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges.iter().filter(|(from, to)| from != to) {
        waits[*from].insert(*to);
        wanted[*to].push(*from);
    }
    let mut ready: BTreeSet<usize> = (0..count).filter(|one| waits[*one].is_empty()).collect();
    let mut open: BTreeSet<usize> = (0..count).collect();
    let mut rank = vec![0; count];
    let mut next = 0;
    while let Some(node) = ready.pop_first().or_else(|| open.first().copied()) {
        open.remove(&node);
        rank[node] = next;
        next += 1;
        for from in &wanted[node] {
            waits[*from].remove(&node);
            if waits[*from].is_empty() && open.contains(from) {
                ready.insert(*from);
            }
        }
    }
    rank
}

/// The layer of every node, counted from the left, by the longest path that leads away from it.
fn longest_paths(rank: &[usize], edges: &[(usize, usize)]) -> Vec<usize> {
    let mut by_rank: Vec<usize> = (0..rank.len()).collect();
    by_rank.sort_by_key(|node| rank[*node]);
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); rank.len()];
    // An edge against the order, which closes a circle, counts as if it were turned.
    for (from, to) in edges.iter().filter(|(from, to)| from != to) {
        if rank[*to] < rank[*from] {
            targets[*from].push(*to);
        } else {
            targets[*to].push(*from);
        }
    }
    let mut height = vec![0; rank.len()];
    for node in by_rank {
        let below = targets[node].iter().map(|to| height[*to] + 1);
        height[node] = below.max().unwrap_or_default();
    }
    let highest = height.iter().max().copied().unwrap_or_default();
    height.iter().map(|one| highest - one).collect()
}

fn sides(count: usize, routes: &[Vec<usize>]) -> [Vec<Vec<usize>>; 2] {
    let mut sides = [vec![Vec::new(); count], vec![Vec::new(); count]];
    for pair in routes.iter().flat_map(|route| route.windows(2)) {
        sides[0][pair[1]].push(pair[0]);
        sides[1][pair[0]].push(pair[1]);
    }
    sides
}

impl Layers {
    /// Orders each layer by where the neighbours of its vertices stand on average, from the left and from the right in
    /// turn, and keeps the order in which the fewest edges cross.
    fn untangle(&mut self) {
        let mut best = (self.crossings(), self.rows.clone());
        for sweep in 0..SWEEPS {
            if best.0 == 0 {
                break;
            }
            let side = sweep % 2;
            let mut turn: Vec<usize> = (0..self.rows.len()).collect();
            if side == 1 {
                turn.reverse();
            }
            for layer in turn {
                self.sort(layer, side);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.rows.clone());
            }
        }
        self.rows = best.1;
    }

    fn sort(&mut self, layer: usize, side: usize) {
        let position = self.positions();
        let neighbours = &self.sides[side];
        // Thousandths: whole numbers are the same on every machine.
        self.rows[layer].sort_by_key(|vertex| {
            let around = &neighbours[*vertex];
            let sum: usize = around.iter().map(|one| position[*one]).sum();
            let average = (sum * 1000).checked_div(around.len());
            average.unwrap_or(position[*vertex] * 1000)
        });
    }

    fn positions(&self) -> Vec<usize> {
        let mut position = vec![0; self.sides[0].len()];
        for row in &self.rows {
            for (place, vertex) in row.iter().enumerate() {
                position[*vertex] = place;
            }
        }
        position
    }

    /// How many pairs of edges cross.
    pub(super) fn crossings(&self) -> usize {
        let position = self.positions();
        let mut crossings = 0;
        for row in &self.rows {
            let mut ends: Vec<(usize, usize)> = row
                .iter()
                .flat_map(|left| self.sides[1][*left].iter().map(|right| (*left, *right)))
                .map(|(left, right)| (position[left], position[right]))
                .collect();
            ends.sort_unstable();
            for (index, (left, right)) in ends.iter().enumerate() {
                let later = ends[index + 1..].iter();
                crossings += later.filter(|one| one.0 > *left && one.1 < *right).count();
            }
        }
        crossings
    }
}
