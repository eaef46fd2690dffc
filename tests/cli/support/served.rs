//! A sandbox in the test's own process, served to the binary over loopback: it can be asked which calls came.

use std::net::TcpListener;
use std::sync::Arc;

use rolewright::sandbox::{self, Running, Sandbox, Weather};
use tokio::runtime::{Builder, Runtime};

/// A sandbox that is being served until this is dropped.
pub(crate) struct Served {
    /// The sandbox itself.
    pub(crate) sandbox: Arc<Sandbox>,
    running: Running,
    _runtime: Runtime,
}

impl Served {
    /// A fresh world in this weather.
    pub(crate) fn fresh(weather: Weather) -> Self {
        Self::of(Sandbox::open(None, weather).expect("it lives in memory"))
    }

    /// A seeded world in calm weather.
    pub(crate) fn seeded(seed: &str) -> Self {
        let sandbox = Sandbox::open_with_seed(None, Weather::calm(), seed);
        Self::of(sandbox.expect("the seed is sound"))
    }

    fn of(sandbox: Sandbox) -> Self {
        let sandbox = Arc::new(sandbox);
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime can be made");
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let running = runtime.block_on(sandbox::start(Arc::clone(&sandbox), listener));
        Self {
            sandbox,
            running: running.expect("it can listen"),
            _runtime: runtime,
        }
    }

    /// What a program needs to use it.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT_URL", self.running.url.as_str()),
            ("AWS_ACCESS_KEY_ID", sandbox::ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", sandbox::SECRET_ACCESS_KEY),
            ("AWS_REGION", "us-east-1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// The calls that came after the first so many.
    pub(crate) fn calls_after(&self, earlier: usize) -> Vec<String> {
        self.sandbox.calls().split_off(earlier)
    }

    /// Those of them that change something.
    pub(crate) fn writes_after(&self, earlier: usize) -> Vec<String> {
        let mut calls = self.calls_after(earlier);
        calls.retain(|call| !is_read(call));
        calls
    }
}

/// Whether a call changes nothing, by AWS's own naming.
pub(crate) fn is_read(call: &str) -> bool {
    let (_, action) = call.split_once(':').expect("calls name their service");
    ["Get", "List", "Describe", "Simulate"]
        .iter()
        .any(|verb| action.starts_with(verb))
}
