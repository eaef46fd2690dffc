//! Dependency order. `petgraph` is private here.
