//! Chromium without a window, driven over its own pipe (the DevTools protocol), so that nothing has to be put into a page to
//! look at it. What a page should be like stands in `main`.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Where browsers of the family are found, best first.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The browser reads orders from file 3 and writes answers to file 4: its usual ones are given these numbers.
const PIPED: &str = "exec \"$@\" 3<&0 4>&1 0</dev/null 1>&2 2>/dev/null";

/// A browser with one page; gone when this is dropped.
pub(crate) struct Chromium {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Pages and profile. Chromium writes until it is gone, so its end is awaited before this one's.
    folder: TempDir,
    session: Option<String>,
    number: u64,
    events: Vec<Value>,
}

impl Chromium {
    /// A browser; `None` when there is none and nobody insists.
    pub(crate) fn start() -> Option<Self> {
        let program = program()?;
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut child = Command::new("sh")
            .args(["-c", PIPED, "sh"])
            .arg(program)
            .args([
                "--headless",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
            ])
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the browser starts");
        let mut browser = Self {
            orders: child.stdin.take().expect("its input is a pipe"),
            answers: BufReader::new(child.stdout.take().expect("its output is a pipe")),
            child,
            folder,
            session: None,
            number: 0,
            events: Vec::new(),
        };
        browser.attach();
        Some(browser)
    }

    fn attach(&mut self) {
        let target = self.order("Target.createTarget", &json!({ "url": "about:blank" }));
        let id = &target["targetId"];
        let attached = self.order(
            "Target.attachToTarget",
            &json!({ "targetId": id, "flatten": true }),
        );
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for part in ["Page", "Runtime", "Log", "Network"] {
            self.order(&format!("{part}.enable"), &json!({}));
        }
    }

    /// Opens a page in a window of this size, in light or dark, and waits until it is loaded.
    pub(crate) fn open(&mut self, page: &str, [width, height]: [u32; 2], theme: &str) {
        let path = self.folder.path().join("plan.html");
        fs::write(&path, page).expect("the folder is ours");
        self.resize([width, height]);
        let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
        self.order(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
        self.events.clear();
        let url = format!("file://{}", path.display());
        self.order("Page.navigate", &json!({ "url": url }));
        while !self.has_happened("Page.loadEventFired") {
            self.read();
        }
    }

    /// Gives the window another size.
    pub(crate) fn resize(&mut self, [width, height]: [u32; 2]) {
        let metrics = json!({
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": width < 600,
        });
        self.order("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// What an expression is in the page.
    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true });
        let answer = self.order("Runtime.evaluate", &asked);
        assert!(answer.get("exceptionDetails").is_none(), "{answer:#}");
        answer["result"]["value"].clone()
    }

    /// Presses a key: its name, and the text that it writes when it writes one.
    pub(crate) fn press(&mut self, key: &str) {
        let mut event = json!({ "type": "keyDown", "key": key });
        if key.chars().count() == 1 {
            event["text"] = key.into();
        }
        // Chromium acts on Enter and Tab by their number.
        match key {
            "Enter" => {
                event["windowsVirtualKeyCode"] = 13.into();
                event["text"] = "\r".into();
            }
            "Tab" => event["windowsVirtualKeyCode"] = 9.into(),
            _ => {}
        }
        self.order("Input.dispatchKeyEvent", &event);
        self.order(
            "Input.dispatchKeyEvent",
            &json!({ "type": "keyUp", "key": key }),
        );
    }

    /// Something the mouse does at a point of the window.
    pub(crate) fn mouse(&mut self, what: &str, [x, y]: [f64; 2], more: Value) {
        let mut event = json!({ "type": what, "x": x, "y": y });
        if let (Some(event), Value::Object(more)) = (event.as_object_mut(), more) {
            event.extend(more);
        }
        self.order("Input.dispatchMouseEvent", &event);
    }

    /// Whatever was asked of the network or told to the console since the page was opened, the page itself left out.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        // Events come in order: after an answer, all before it are here.
        self.value("0");
        let told = [
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
        ];
        self.events
            .iter()
            .filter(|event| {
                let method = event["method"].as_str().unwrap_or_default();
                let is_page = event["params"]["type"] == "Document";
                told.contains(&method) || method == "Network.requestWillBeSent" && !is_page
            })
            .map(Value::to_string)
            .collect()
    }

    /// A picture of a part of the page, from this height on.
    pub(crate) fn picture(&mut self, [width, height]: [u32; 2], from: u32, to: &Path) {
        let clip = json!({ "x": 0, "y": from, "width": width, "height": height, "scale": 1 });
        let asked = json!({ "format": "png", "clip": clip, "captureBeyondViewport": true });
        let answer = self.order("Page.captureScreenshot", &asked);
        let data = answer["data"].as_str().expect("a picture is text");
        let bytes = BASE64_STANDARD.decode(data).expect("it is encoded");
        fs::write(to, bytes).expect("the folder of the pictures is there");
    }

    /// Sends an order and waits for its answer.
    #[track_caller]
    fn order(&mut self, method: &str, params: &Value) -> Value {
        self.number += 1;
        let mut order = json!({ "id": self.number, "method": method, "params": params });
        if let Some(session) = &self.session {
            order["sessionId"] = session.as_str().into();
        }
        let sent = write!(self.orders, "{order}\0").and_then(|()| self.orders.flush());
        sent.expect("the browser listens");
        loop {
            let read = self.read();
            if read["id"] == self.number {
                assert!(read.get("error").is_none(), "{method}: {read}");
                return read["result"].clone();
            }
        }
    }

    /// The next thing that the browser says. Events are kept.
    fn read(&mut self) -> Value {
        let mut bytes = Vec::new();
        let read = self.answers.read_until(0, &mut bytes);
        read.expect("the browser can be read");
        assert_eq!(bytes.pop(), Some(0), "the browser went away");
        let said: Value = serde_json::from_slice(&bytes).expect("the browser speaks JSON");
        if said.get("id").is_none() {
            self.events.push(said.clone());
        }
        said
    }

    fn has_happened(&self, method: &str) -> bool {
        self.events.iter().any(|event| event["method"] == method)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let close = json!({ "id": 0, "method": "Browser.close" });
        let _ = write!(self.orders, "{close}\0").and_then(|()| self.orders.flush());
        let _ = self.child.wait();
    }
}

/// The browser's program.
///
/// # Panics
///
/// When there is none and `CI=true`: a suite that is skipped there would never be missed.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = PROGRAM.get_or_init(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let found = NAMES
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
            .find(|program| program.is_file());
        if found.is_none() {
            let why = "no Chromium is installed (Debian and Ubuntu: apt-get install chromium)";
            let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!in_ci, "the browser suite cannot run: {why}");
            shout(why);
        }
        found
    });
    found.as_deref()
}

/// Written past the test harness, which keeps what passing tests print to itself.
fn shout(why: &str) {
    let line = "=".repeat(100);
    let text = format!(
        "\n{line}\nSKIPPED: the browser suite tests NOTHING in this run: {why}\n{line}\n\n"
    );
    io::stderr()
        .write_all(text.as_bytes())
        .expect("standard error can be written");
}
