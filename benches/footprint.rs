//! What a run costs beside its work: memory of the engine, start-up, size of the binary, calls of a plan that changes
//! nothing. Measures and tells; what the numbers should be is in `docs/performance.md`.

#![expect(clippy::print_stdout, reason = "telling is what this program is for")]

mod support;

use std::fmt::Write;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rolewright::render::{self, Style, TextOptions};
use rolewright::sandbox::{self, Sandbox, Weather};

const BINARY: &str = env!("CARGO_BIN_EXE_rolewright");
const BUNDLES: usize = 10_000;
const STARTS: usize = 50;

fn main() {
    // Memory first: the most that this process ever held must be the engine's.
    println!("engine, {BUNDLES} roles and profiles: {}", engine());
    println!("start-up, `--version`: {}", start(&["--version"]));
    println!(
        "start-up, `validate examples/s3access`: {}",
        start(&["validate", "examples/s3access"])
    );
    let size = fs::metadata(BINARY).expect("the binary is there").len();
    println!("binary: {:.1} MB", megabytes(size));
    for bundles in [1, 10, 100] {
        println!(
            "plan without changes, {bundles} bundles: {}",
            calls(bundles)
        );
    }
}

/// Runs the engine once and tells the time it had a processor, and the most memory that this process had held
/// after each stage.
fn engine() -> String {
    let sources = support::manifests(BUNDLES);
    let mut told = format!("{:.0} MB before", megabytes(peak()));
    let mut spent = Duration::ZERO;
    let mut stage = |name: &str, began: Duration| {
        let took = on_processor().saturating_sub(began);
        spent += took;
        let seconds = took.as_secs_f64();
        write!(
            told,
            ", {:.0} after {name} ({seconds:.2} s)",
            megabytes(peak())
        )
        .expect("texts grow");
    };
    let began = on_processor();
    let entries = support::parsed(&sources);
    stage("parse", began);
    let began = on_processor();
    let desired = support::desired(&entries, &sources);
    stage("resolve", began);
    let live = support::live(&desired);
    stage("making up the account", on_processor());
    let began = on_processor();
    let plan = support::plan(&desired, &live);
    stage("plan", began);
    let began = on_processor();
    let text = render::plan(&plan, Style::PLAIN, TextOptions::default());
    stage("render", began);
    format!(
        "{:.2} s; {told}; {} lines of plan",
        spent.as_secs_f64(),
        text.lines().count()
    )
}

/// How long this thread has had a processor so far, from the kernel: other work on the machine does not count.
fn on_processor() -> Duration {
    let status = fs::read_to_string("/proc/self/schedstat").expect("this is measured on Linux");
    let nanoseconds = status
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.expect("the kernel tells the time"))
}

/// The peak resident set of this process in bytes, from the kernel.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("this is measured on Linux");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("the kernel tells the peak");
    let kilobytes: u64 = line
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("it is a number");
    kilobytes * 1024
}

/// Bytes as MB. Exact enough for printing.
#[expect(
    clippy::cast_precision_loss,
    reason = "sizes of programs are far below 2^52"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The median and the slowest of many starts.
fn start(arguments: &[&str]) -> String {
    let mut times: Vec<Duration> = (0..STARTS)
        .map(|_| {
            let began = Instant::now();
            let _ = run(arguments, Path::new(env!("CARGO_MANIFEST_DIR")));
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    format!(
        "{:.1?} (median of {STARTS}, slowest {:.1?})",
        times[STARTS / 2],
        times[STARTS - 1]
    )
}

/// The calls of a plan of so many bundles that stand as declared, counted by the sandbox that answers them.
fn calls(bundles: usize) -> String {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in support::manifests(bundles).manifests() {
        fs::write(folder.path().join(name), text).expect("the folder can be written");
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let sandbox = Arc::new(Sandbox::open(None, Weather::calm()).expect("a sandbox needs nothing"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let running = runtime
        .block_on(sandbox::start(Arc::clone(&sandbox), listener))
        .expect("the port is ours");
    let _ = run(
        &["apply", "--yes", "--endpoint-url", &running.url],
        folder.path(),
    );
    let applied = sandbox.calls().len();
    let began = Instant::now();
    let _ = run(
        &[
            "plan",
            "--detailed-exitcode",
            "--endpoint-url",
            &running.url,
        ],
        folder.path(),
    );
    let elapsed = began.elapsed();
    let planned = sandbox.calls().len() - applied;
    runtime.block_on(running.stop());
    format!("{planned} calls, {elapsed:.0?}")
}

/// Runs the binary in a clean environment, with the sandbox's credentials; it must succeed.
fn run(arguments: &[&str], folder: &Path) -> Output {
    let output = Command::new(BINARY)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", sandbox::ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", sandbox::SECRET_ACCESS_KEY)
        .env("AWS_REGION", "us-east-1")
        .output()
        .expect("the binary starts");
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
