//! The real binary against moto, an AWS look-alike by other people, read back with boto3. Keeps our own sandbox
//! honest: what works here was not made to fit our own idea of AWS. Stories about timing stay with the sandbox,
//! because moto models no propagation (see its differences in `docs/sandbox.md`).
//!
//! Needs `python3` and, once, a package index. Without them the suite says loudly that it was skipped, and
//! fails where `CI=true`.

mod buckets;
mod credentials;
mod detach;
mod examples;
mod export;
mod foreign;
mod harness;
mod managed_policies;
mod mistakes;
mod product;
mod python;
mod replace;
mod s3access;
mod saved;
