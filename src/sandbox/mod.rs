//! An AWS look-alike in the process: IAM, STS, EC2 and S3 over their real wire protocols, with propagation delay, the
//! association state machine, quotas, conflicts, and weather. It is an independent witness: it shares no code with the client.
//!
//! [`Sandbox::handle`] is synchronous and takes the time as an argument; [`start`] serves it on loopback.
//!
//! ```no_run
//! # async fn example() -> Result<(), rolewright::sandbox::SandboxError> {
//! use std::{net::TcpListener, path::Path, sync::Arc};
//! use rolewright::sandbox::{Sandbox, SandboxError, Weather, start};
//!
//! let sandbox = Arc::new(Sandbox::open(Some(Path::new("sandbox")), Weather::default())?);
//! let listener = TcpListener::bind("127.0.0.1:0").map_err(SandboxError::Listen)?;
//! let running = start(Arc::clone(&sandbox), listener).await?;
//! println!("export AWS_ENDPOINT_URL={}", running.url);
//! running.stop().await;
//! sandbox.close()
//! # }
//! ```
//!
//! What happens to a call: `server` -> `signature` -> `principal` -> `route` -> `injector` (weather) -> `iam`, `sts`,
//! `ec2` or `s3` over `world` and `history` -> `store` -> `answer`.
//!
//! Where AWS documents nothing, the sandbox decides: IAM finds names in any letter case; an association that is being
//! taken back can be taken back again; a launch's association is in effect at once; a profile that was deleted and made
//! again is unknown to EC2 until the new one has propagated.

mod answer;
mod authorize;
mod caller;
mod catalogue;
mod ec2;
mod error;
mod fault;
mod form;
mod hex;
mod history;
mod http;
mod iam;
mod ids;
mod imds;
mod injector;
mod page;
mod pipeline;
mod policy;
mod principal;
mod random;
mod refusal;
mod route;
mod rule;
mod s3;
mod seed;
mod server;
mod service;
mod session;
mod signature;
mod simulator;
mod store;
mod sts;
#[cfg(test)]
mod tests;
mod timestamp;
mod weather;
mod wildcard;
mod world;
mod xml;

pub use caller::{ACCESS_KEY_ID, ACCOUNT, EXPIRED_ACCESS_KEY_ID, SECRET_ACCESS_KEY, USER};
pub use error::SandboxError;
pub use http::{Delivery, Request, Response};
pub use server::{Running, start};
pub use session::Session;
pub use simulator::Sandbox;
pub use weather::{
    Delay, Event, FaultKind, Propagation, Rate, ScriptedAction, Throttle, Weather, WeatherError,
};
pub use world::{
    Association, AssociationState, Bucket, Iam, Instance, InstanceProfile, InstanceState,
    MetadataOptions, Object, Region, Role, ShutdownBehavior, Tags, User, World,
};
