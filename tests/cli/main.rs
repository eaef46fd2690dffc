//! The real binary as its users meet it: whole outputs, exit codes, and what reaches the sandbox. Each test has a folder and
//! an environment of its own. What pure code decides is tested beside that code, not here.

mod access;
mod analyzer_model;
mod assume;
mod aws_checks;
mod boto3;
mod buckets;
mod ci_kit;
mod commands;
mod counts;
mod credentials;
mod drift;
mod endings;
mod events;
mod examples;
mod export;
mod failures;
mod findings;
mod guards;
mod guide;
mod inputs;
mod interruption;
mod launch;
mod lookalike;
mod manifests;
mod offline;
mod on_instance;
mod ownership;
mod permissions;
#[path = "../moto/python.rs"]
mod python;
mod reading;
mod rehearsal;
mod s3access;
mod saved;
mod secrets;
mod sessions;
mod settings;
mod suggest;
mod support;
mod swaps;
mod talk;
mod terminal;
