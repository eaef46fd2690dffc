//! The sandbox as its users hold it: opened, asked, looked into, closed. What happens to a call is `pipeline`'s.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::error::SandboxError;
use super::http::{Request, Response};
use super::injector::FaultInjector;
use super::pipeline::Pipeline;
use super::seed;
use super::session::Session;
use super::store::Store;
use super::weather::Weather;
use super::world::World;

/// An AWS look-alike. Synchronous, safe to share between threads; the caller supplies the time.
#[derive(Debug)]
pub struct Sandbox {
    state: Mutex<Pipeline>,
}

impl Sandbox {
    /// Opens the sandbox in a folder, with what was saved there, or a fresh world if nothing was. Without a folder it
    /// lives in memory.
    pub fn open(folder: Option<&Path>, weather: Weather) -> Result<Sandbox, SandboxError> {
        Sandbox::open_world(folder, weather, World::fresh)
    }

    /// As [`Sandbox::open`], but starts with the world that `seed` describes instead of the fresh one. What was saved in
    /// the folder before wins over the seed. A seed is YAML; everything but names and ids may be left out:
    ///
    /// ```yaml
    /// account: '123456789012'
    /// policies: [arn:aws:iam::123456789012:policy/boundary]  # the account's own managed policies
    /// users: [{name: alice, path: /, tags: {}}]
    /// roles:
    ///   - name: TestRole-2
    ///     path: /
    ///     id: AROAIIZKPBKS2LEXAMPLE
    ///     description: text
    ///     maxSessionDuration: 3600
    ///     trustPolicy: {Version: '2012-10-17', Statement: []}   # EC2 may assume it if left out
    ///     inlinePolicies: {S3-Permissions: {Version: '2012-10-17', Statement: []}}
    ///     managedPolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
    ///     permissionsBoundary: arn:aws:iam::123456789012:policy/boundary
    ///     tags: {team: web}
    /// instanceProfiles: [{name: TestRole-2, path: /, id: AIPAJEDNCAA64SSD265D6, role: TestRole-2, tags: {}}]
    /// instances:
    ///   - id: i-088ce778fbfeb4361
    ///     region: us-east-1
    ///     state: running
    ///     instanceType: t3.micro    # and imageId, keyName, subnetId, securityGroupIds, userData, metadataOptions
    ///     disableApiTermination: false
    ///     tags: {Name: web-1}
    ///     association: {id: iip-assoc-0044d817db6c0a4ba, instanceProfile: TestRole-2}
    /// buckets:
    ///   - name: amzn-s3-demo-bucket
    ///     region: us-east-1
    ///     policy: {Version: '2012-10-17', Statement: []}        # or a text, kept byte for byte
    ///     objects: {reports/2024.txt: text}
    /// offers: {us-east-1: [ami-0abc, sg-0abc]}                  # to launch with, besides what every region has
    /// ```
    pub fn open_with_seed(
        folder: Option<&Path>,
        weather: Weather,
        seed: &str,
    ) -> Result<Sandbox, SandboxError> {
        let world = seed::read(seed)?;
        Sandbox::open_world(folder, weather, || world)
    }

    fn open_world(
        folder: Option<&Path>,
        weather: Weather,
        start: impl FnOnce() -> World,
    ) -> Result<Sandbox, SandboxError> {
        let store = folder.map(Store::open).transpose()?;
        let saved = store.as_ref().map_or(Ok(None), Store::load)?;
        let world = saved.unwrap_or_else(start);
        let state = Pipeline::new(world, FaultInjector::new(weather), store);
        state.save()?;
        Ok(Sandbox {
            state: Mutex::new(state),
        })
    }

    /// Deletes what was saved in the folder and starts again with the world that a seed describes, or the fresh one.
    pub fn reset(folder: &Path, seed: Option<&str>) -> Result<(), SandboxError> {
        let world = seed.map_or_else(|| Ok(World::fresh()), seed::read)?;
        Store::open(folder)?.save(&world)
    }

    /// Answers one request as of `now`. Time must not run backwards between calls.
    pub fn handle(&self, request: &Request, now: Timestamp) -> Response {
        self.lock().handle(request, now)
    }

    /// Lets the world settle, as if enough time had passed, and saves it: nothing is propagating, associating, pending
    /// or listed as terminated any more. The sandbox can still be used afterwards.
    pub fn close(&self) -> Result<(), SandboxError> {
        let mut state = self.lock();
        state.settle();
        state.save()
    }

    /// Short-lived credentials, if the weather has a lifetime for them: what it hands out at `/credentials`.
    pub fn session(&self, now: Timestamp) -> Option<Session> {
        self.lock().session(now)
    }

    /// Every call so far in order of arrival, as `iam:CreateRole`, whatever came of it.
    pub fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// A copy of the world.
    pub fn world(&self) -> World {
        self.lock().world.clone()
    }

    /// Changes the world behind the services' back, without propagation, and saves it.
    pub fn edit(&self, change: impl FnOnce(&mut World)) -> Result<(), SandboxError> {
        let mut state = self.lock();
        change(&mut state.world);
        state.save()
    }

    /// Replaces the weather; its draws start again.
    pub fn set_weather(&self, weather: Weather) {
        self.lock().injector = FaultInjector::new(weather);
    }

    /// A panic in another thread leaves a world that is whole: handlers change it in one step.
    fn lock(&self) -> MutexGuard<'_, Pipeline> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
