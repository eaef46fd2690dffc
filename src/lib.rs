//! Declares IAM roles for EC2 in YAML and makes AWS match.
//!
//! Data has one road, and every stage on it is a folder:
//!
//! ```text
//! text -> manifest -> resolve -> Desired --+
//! AWS  <- aws <- cloud <- live  -> Live ---+-> plan -> Plan with steps -> apply -> events, report -> render
//! ```
//!
//! What a folder may import is fixed (see `docs/architecture.md`) and a test holds the walls. Reading
//! order for a newcomer: [`model`], [`cloud`], [`kinds`], [`plan`], [`apply`], [`cli`].

pub mod access;
pub mod analyzer;
pub mod apply;
pub mod aws;
pub mod catalogue;
pub mod cli;
pub mod cloud;
pub mod diagnostic;
pub mod export;
pub mod findings;
pub mod graph;
pub mod input;
pub mod kinds;
pub mod live;
pub mod manifest;
pub mod model;
pub mod offline;
pub mod permissions;
pub mod plan;
pub mod policy;
pub mod render;
pub mod resolve;
pub mod revocation;
pub mod run;
pub mod sandbox;
pub mod saved;
pub mod text;
