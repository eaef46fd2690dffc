//! The only way from the binary to the sandbox: counts the calls, writes down what came of each, and stops at one of
//! them when a trap was laid. Who springs the trap, and what for, is `case`'s.

use std::collections::BTreeSet;
use std::io::{BufReader, Read};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, spawn};

use jiff::Timestamp;
use rolewright::sandbox::{self, Request, Sandbox, World};

use crate::case::Moment;
use crate::journal;
use crate::support::is_read;
use crate::wire;

/// A call that came.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// As `iam:CreateRole`.
    pub(crate) name: String,
    /// Every value among its parameters, and the instance of an association that it names.
    pub(crate) values: BTreeSet<String>,
    /// Whether it changes anything, by AWS's own naming.
    pub(crate) changes: bool,
    /// Whether the journal said so before it came.
    pub(crate) announced: bool,
    /// Whether the sandbox accepted it.
    pub(crate) accepted: bool,
    /// The code with which the sandbox refused it.
    pub(crate) refusal: Option<String>,
}

/// What becomes of the call in the trap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on.
    Pass,
    /// Its connection is closed.
    Drop,
}

/// A trap: one call, at one moment.
pub(crate) struct Trap {
    /// Says when it has sprung, with the position of the call among all that came.
    pub(crate) sprung: Receiver<usize>,
    /// Lets the call go.
    pub(crate) release: Sender<Verdict>,
}

/// The gate's side of a trap.
struct Ambush {
    number: usize,
    moment: Moment,
    sprung: Sender<usize>,
    release: Receiver<Verdict>,
}

#[derive(Default)]
struct Book {
    calls: Vec<Call>,
    ambush: Option<Ambush>,
}

struct Inside {
    sandbox: Sandbox,
    journal: PathBuf,
    book: Mutex<Book>,
    guests: Mutex<Vec<JoinHandle<()>>>,
    closed: AtomicBool,
}

/// A sandbox behind a gate on loopback, until this is dropped.
pub(crate) struct Gate {
    address: SocketAddr,
    inside: Arc<Inside>,
    porter: Option<JoinHandle<()>>,
}

impl Gate {
    /// Opens the gate; `journal` is the file in which the binary announces its calls.
    pub(crate) fn open(sandbox: Sandbox, journal: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let inside = Arc::new(Inside {
            sandbox,
            journal,
            book: Mutex::default(),
            guests: Mutex::default(),
            closed: AtomicBool::new(false),
        });
        let shared = Arc::clone(&inside);
        let porter = Some(spawn(move || admit(&listener, &shared)));
        Self {
            address,
            inside,
            porter,
        }
    }

    /// What a program needs to use it.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_ACCESS_KEY_ID", sandbox::ACCESS_KEY_ID.to_owned()),
            (
                "AWS_SECRET_ACCESS_KEY",
                sandbox::SECRET_ACCESS_KEY.to_owned(),
            ),
            ("AWS_REGION", "us-east-1".to_owned()),
        ]
    }

    /// Lays a trap at one of the calls to come, counted from 1.
    pub(crate) fn lay(&self, number: usize, moment: Moment) -> Trap {
        let ((sprung, hears), (release, waits)) = (channel(), channel());
        let mut book = lock(&self.inside.book);
        book.ambush = Some(Ambush {
            number,
            moment,
            sprung,
            release: waits,
        });
        Trap {
            sprung: hears,
            release,
        }
    }

    /// Returns once everything that was sent has been dealt with. Whoever sent it must have gone.
    pub(crate) fn settle(&self) {
        // Connections are let in in the order in which they came: this one is the last.
        let mut last = TcpStream::connect(self.address).expect("it listens");
        last.shutdown(Shutdown::Write).expect("it is open");
        let _ = last.read(&mut [0]);
        let guests = std::mem::take(&mut *lock(&self.inside.guests));
        for guest in guests {
            guest.join().expect("the gate has no holes");
        }
    }

    /// The calls so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        lock(&self.inside.book).calls.clone()
    }

    /// The sandbox behind it.
    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.inside.sandbox
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.inside.closed.store(true, Ordering::SeqCst);
        // Wakes the porter, who sees that it is closed.
        drop(TcpStream::connect(self.address));
        if let Some(porter) = self.porter.take() {
            let _ = porter.join();
        }
    }
}

/// A panic elsewhere fails the case; what it left behind is still worth looking at.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn admit(listener: &TcpListener, inside: &Arc<Inside>) {
    for connection in listener.incoming() {
        if inside.closed.load(Ordering::SeqCst) {
            return;
        }
        let connection = connection.expect("it can be accepted");
        connection.set_nodelay(true).expect("it is open");
        let shared = Arc::clone(inside);
        let guest = spawn(move || shared.serve(connection));
        lock(&inside.guests).push(guest);
    }
}

impl Inside {
    fn serve(&self, connection: TcpStream) {
        let mut connection = BufReader::new(connection);
        while let Some(request) = wire::read(&mut connection) {
            if self.pass(&request, &mut connection) == Verdict::Drop {
                return;
            }
        }
    }

    /// One call on its way in and out.
    fn pass(&self, request: &Request, connection: &mut BufReader<TcpStream>) -> Verdict {
        let position = self.note(request);
        if self.stop(position, Moment::Before) == Verdict::Drop {
            return Verdict::Drop;
        }
        let response = self.sandbox.handle(request, Timestamp::now());
        {
            let call = &mut lock(&self.book).calls[position];
            call.accepted = (200..300).contains(&response.status);
            call.refusal = code(&response.body);
        }
        if self.stop(position, Moment::Between) == Verdict::Drop {
            return Verdict::Drop;
        }
        if wire::write(connection.get_mut(), &response).is_err() {
            return Verdict::Drop;
        }
        self.stop(position, Moment::After)
    }

    fn note(&self, request: &Request) -> usize {
        let mut call = call(request, &self.sandbox.world());
        let mut book = lock(&self.book);
        if call.changes {
            let same = |other: &&Call| other.name == call.name && other.values == call.values;
            let earlier = book.calls.iter().filter(same).count();
            let entries = journal::so_far(&self.journal);
            let announced = entries.iter().filter(|entry| entry.announces(&call));
            call.announced = announced.count() > earlier;
        }
        book.calls.push(call);
        book.calls.len() - 1
    }

    /// Waits in the trap, if this is where it was laid.
    fn stop(&self, position: usize, moment: Moment) -> Verdict {
        let ambush = {
            let mut book = lock(&self.book);
            let number = position + 1;
            book.ambush
                .take_if(|it| it.number == number && it.moment == moment)
        };
        let Some(ambush) = ambush else {
            return Verdict::Pass;
        };
        let told = ambush.sprung.send(position);
        // After the answer there is nothing to hold back: the binary goes on.
        if moment == Moment::After {
            return Verdict::Pass;
        }
        let released = told.ok().and_then(|()| ambush.release.recv().ok());
        released.unwrap_or(Verdict::Drop)
    }
}

fn call(request: &Request, world: &World) -> Call {
    if service(request) == "s3" {
        return call_of_s3(request, world);
    }
    let body = String::from_utf8(request.body.clone()).expect("forms are text");
    let form: Vec<(String, String)> = body
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let action = form.iter().find(|(name, _)| name == "Action");
    let action = action.map_or("", |(_, action)| action);
    let name = format!("{}:{action}", service(request));
    let mut values: BTreeSet<String> = form.iter().map(|(_, value)| value.clone()).collect();
    let named = world
        .regions
        .values()
        .flat_map(|region| region.associations.values());
    let instances: Vec<String> = named
        .filter(|association| values.contains(&association.id))
        .map(|association| association.instance.clone())
        .collect();
    values.extend(instances);
    Call {
        changes: !is_read(&name),
        name,
        values,
        announced: false,
        accepted: false,
        refusal: None,
    }
}

/// A call about a bucket's policy. What it is about are the statements before and after.
fn call_of_s3(request: &Request, world: &World) -> Call {
    let action = match (request.method.as_str(), request.query.as_str()) {
        ("HEAD", _) => "HeadBucket",
        ("GET", "policy") => "GetBucketPolicy",
        ("PUT", "policy") => "PutBucketPolicy",
        ("DELETE", "policy") => "DeleteBucketPolicy",
        other => panic!("{other:?} is nothing that the product asks for"),
    };
    let bucket = request.path.trim_start_matches('/').to_owned();
    let before = world
        .buckets
        .get(&bucket)
        .and_then(|bucket| bucket.policy.clone());
    let after = String::from_utf8(request.body.clone()).expect("policies are text");
    let sids = [before.unwrap_or_default(), after];
    let sids = sids.iter().flat_map(|policy| sids_of(policy));
    let name = format!("s3:{action}");
    Call {
        changes: !is_read(&name) && action != "HeadBucket",
        name,
        values: std::iter::once(bucket.clone()).chain(sids).collect(),
        announced: false,
        accepted: false,
        refusal: None,
    }
}

fn sids_of(policy: &str) -> Vec<String> {
    let policy: serde_json::Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = policy["Statement"].as_array().into_iter().flatten();
    let sids = statements.filter_map(|statement| statement["Sid"].as_str());
    sids.map(str::to_owned).collect()
}

/// The error code in an answer.
fn code(body: &[u8]) -> Option<String> {
    let body = std::str::from_utf8(body).ok()?;
    let (_, from_code) = body.split_once("<Code>")?;
    let (code, _) = from_code.split_once("</Code>")?;
    Some(code.to_owned())
}

/// The service in the scope of the signature.
fn service(request: &Request) -> String {
    let mut headers = request.headers.iter();
    let signature = headers.find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let signature = signature.map_or("", |(_, value)| value);
    let scope = signature.split('/').nth(3);
    scope.unwrap_or_default().to_owned()
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    let text = percent_encoding::percent_decode_str(&text).decode_utf8();
    text.expect("forms are UTF-8").into_owned()
}
