//! One run of `whoami` with some settings, and what it said and asked.

use std::time::Duration;

use serde_json::Value;

use super::recorder::Recorder;
use crate::support::Stage;

/// Settings, put together one by one.
pub(super) struct Attempt {
    pub(super) recorder: Recorder,
    stage: Stage,
    profile: String,
    sections: String,
    credentials: String,
    arguments: Vec<String>,
}

/// What came of it.
pub(super) struct Seen {
    pub(super) code: Option<i32>,
    /// The error and its hint.
    pub(super) error: String,
    pub(super) json: Value,
    /// Heads and bodies of what was asked.
    pub(super) requests: Vec<String>,
}

impl Attempt {
    /// Nothing is set but a region and where STS is.
    pub(super) fn bare() -> Self {
        let recorder = Recorder::start();
        let mut stage = Stage::empty();
        stage.set("AWS_REGION", "us-east-1");
        stage.set("AWS_ENDPOINT_URL", &recorder.url);
        stage.set("AWS_MAX_ATTEMPTS", "1");
        Self {
            recorder,
            stage,
            profile: String::new(),
            sections: String::new(),
            credentials: String::new(),
            arguments: Vec::new(),
        }
    }

    /// Keys in the environment, too.
    pub(super) fn with_keys() -> Self {
        Self::bare()
            .variable("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
            .variable("AWS_SECRET_ACCESS_KEY", "s")
    }

    /// Keys, and no endpoint: whatever is sent to AWS ends at a proxy that lets nothing through.
    pub(super) fn towards_aws() -> Self {
        let attempt = Self::with_keys().variable("AWS_ENDPOINT_URL", "");
        let url = attempt.recorder.url.clone();
        attempt.variable("HTTPS_PROXY", &url)
    }

    pub(super) fn variable(mut self, name: &str, value: &str) -> Self {
        self.stage.set(name, value);
        self
    }

    /// A key of the profile `it`, which is then the one that is used.
    pub(super) fn key(mut self, key: &str, value: &str) -> Self {
        self.profile.push_str(&format!("{key} = {value}\n"));
        self
    }

    /// More text for the config file.
    pub(super) fn section(mut self, text: &str) -> Self {
        self.sections.push_str(text);
        self
    }

    /// Text for the credentials file.
    pub(super) fn credentials(mut self, text: &str) -> Self {
        self.credentials.push_str(text);
        self
    }

    pub(super) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// A file in the run's folder, and its path.
    pub(super) fn file(&self, name: &str, text: &str) -> String {
        self.stage.write(name, text);
        self.stage.path(name).display().to_string()
    }

    pub(super) fn url(&self) -> String {
        self.recorder.url.clone()
    }

    pub(super) fn run(mut self) -> Seen {
        std::fs::create_dir_all(self.stage.path(".aws")).expect("it can be made");
        let config = format!("[profile it]\n{}{}", self.profile, self.sections);
        self.stage.write(".aws/config", &config);
        self.stage.write(".aws/credentials", &self.credentials);
        if !self.profile.is_empty() {
            self.stage.set("AWS_PROFILE", "it");
        }
        let mut words = vec!["whoami", "--output=json"];
        words.extend(self.arguments.iter().map(String::as_str));
        let child = self.stage.start(&words);
        let output = within(child, Duration::from_mins(1));
        let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        Seen {
            code: output.status.code(),
            error: error(&json["error"]),
            json,
            requests: self.recorder.seen(),
        }
    }
}

/// What went wrong and the hint, whether a call did or not.
fn error(error: &Value) -> String {
    let inner = if error["fault"].is_object() {
        &error["fault"]
    } else {
        error
    };
    let text = |name: &str| inner[name].as_str().unwrap_or_default();
    format!("{}\nhint: {}", text("message"), text("hint"))
}

/// The output of a process that must not take for ever.
fn within(child: std::process::Child, limit: Duration) -> std::process::Output {
    let (done, waiting) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output()));
    let output = waiting.recv_timeout(limit).expect("it ends in time");
    output.expect("it can be waited for")
}

impl Seen {
    /// The access key that signed.
    pub(super) fn key(&self) -> &str {
        self.json["accessKeyId"].as_str().unwrap_or(&self.error)
    }

    /// Whether something that was asked has a text in it.
    pub(super) fn asked(&self, text: &str) -> bool {
        self.requests.iter().any(|request| request.contains(text))
    }

    /// Stopped with an error that has a text in it, before anything was sent.
    #[track_caller]
    pub(super) fn stopped(&self, text: &str) {
        let Self {
            code,
            error,
            json: _,
            requests,
        } = self;
        assert_eq!(*code, Some(1), "{error}");
        assert!(error.contains(text), "{text}: {error}");
        assert!(!error.ends_with("hint: "), "{error}");
        assert!(requests.is_empty(), "{requests:?}");
    }
}
