//! The wire wing: implements the cloud port over HTTP. Knows protocols, credentials and AWS's error codes;
//! knows no resource kinds and decides nothing about plans.

mod client;
pub mod clock;
pub mod credentials;
pub mod endpoint;
mod error_answer;
mod fault;
mod gate;
mod http;
pub mod imds;
mod json;
mod limit;
mod page;
mod query;
mod request;
mod response;
mod rest;
mod retry;
mod s3;
pub mod settings;
mod sign;
mod stats;
#[cfg(test)]
mod testing;
pub mod transport;
mod xml;

pub use client::{Client, ClientConfig, Connection, NO_CREDENTIALS};
pub use http::HttpTransport;
pub use stats::Stats;
