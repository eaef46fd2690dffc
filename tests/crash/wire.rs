//! HTTP/1.1 as far as the binary speaks it: requests in, answers out, one after another on a connection. What happens
//! to them is `gate`'s.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use rolewright::sandbox::{Request, Response};

/// The next request; nothing once the other side has gone, in the middle of one or between two.
pub(crate) fn read(connection: &mut BufReader<TcpStream>) -> Option<Request> {
    let first = line(connection)?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    while let Some((name, value)) = line(connection)?.split_once(':') {
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let header = |wanted: &str| {
        let mut found = headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.next().map(|(_, value)| value.clone())
    };
    let length = header("content-length").map_or(0, |length| length.parse().expect("a number"));
    let host = header("host").unwrap_or_default();
    let mut body = vec![0; length];
    connection.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Some(Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        host,
        body,
    })
}

fn line(connection: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = connection.read_line(&mut line).ok()?;
    let whole = read > 0 && line.ends_with("\r\n");
    whole.then(|| line.trim_end().to_owned())
}

/// Sends an answer, whole or not at all.
pub(crate) fn write(connection: &mut impl Write, response: &Response) -> io::Result<()> {
    let Response {
        status,
        headers,
        body,
        delay: _,
        delivery: _,
    } = response;
    let mut answer = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        answer.push_str(&format!("{name}: {value}\r\n"));
    }
    answer.push_str("\r\n");
    let mut answer = answer.into_bytes();
    answer.extend_from_slice(body);
    connection.write_all(&answer)
}
