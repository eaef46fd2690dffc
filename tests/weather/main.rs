//! The real client, survey, planner and applier against the sandbox in bad weather: no socket, no process, and time that
//! passes only when somebody waits. What one error means is tested beside the code that decides it.

mod air;
mod expiring;
mod handed_over;
mod launching;
mod manifests;
mod meanwhile;
mod run;
mod stories;
mod storm;
mod storms;
mod throttling;
mod wire;
