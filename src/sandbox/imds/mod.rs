//! The instance metadata service, one for each running instance, below `/imds/REGION/INSTANCE`: what an SDK on the instance
//! would find at 169.254.169.254. Facts: EC2 user guide, "Use the Instance Metadata Service".

mod keys;
mod token;

use jiff::{SignedDuration, Timestamp};

use super::http::{Request, Response, header};
use super::world::{Iam, Instance, InstanceState, Region};

/// Where the services of all instances stand.
pub(crate) const PREFIX: &str = "/imds/";

const TOKEN: &str = "/latest/api/token";
const DATA: &str = "/latest/meta-data/";

/// An instance, and what its metadata depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) region: &'a Region,
    pub(crate) region_name: &'a str,
    pub(crate) iam: &'a Iam,
    /// How long credentials last, where the weather says so.
    pub(crate) lifetime: Option<SignedDuration>,
    pub(crate) now: Timestamp,
}

/// The region and the instance that a path is about, and the path below. The sandbox has the same instances in several
/// regions.
pub(crate) fn addressed(path: &str) -> Option<(&str, &str, &str)> {
    let (region, rest) = path.strip_prefix(PREFIX)?.split_once('/')?;
    let (instance, path) = rest.split_at(rest.find('/')?);
    Some((region, instance, path))
}

/// Nothing answers for an instance that is not there or does not run.
pub(crate) fn unknown_instance() -> Response {
    plain(404, "there is no running instance of this id\n")
}

pub(crate) fn respond(place: Place<'_>, request: &Request, path: &str) -> Response {
    let options = &place.instance.metadata_options;
    if place.instance.state != InstanceState::Running {
        return unknown_instance();
    }
    if options.http_endpoint != "enabled" {
        return plain(403, "");
    }
    if path == TOKEN {
        return token::issued(place, request);
    }
    if request.method != "GET" {
        return plain(405, "");
    }
    let fine = match request.header(token::HEADER) {
        Some(given) => token::is_good(given, &place.instance.id, place.now),
        None => options.http_tokens != "required",
    };
    if !fine {
        return plain(401, "");
    }
    found(place, path).unwrap_or_else(|| plain(404, ""))
}

fn found(place: Place<'_>, path: &str) -> Option<Response> {
    let item = path.strip_prefix(DATA)?;
    let region = place.region_name;
    let text = match item {
        "" => "iam/\ninstance-id\nplacement/".to_owned(),
        "instance-id" => place.instance.id.clone(),
        "placement" | "placement/" => "availability-zone\nregion".to_owned(),
        "placement/region" => region.to_owned(),
        "placement/availability-zone" => format!("{region}a"),
        "iam" | "iam/" => "info\nsecurity-credentials/".to_owned(),
        "iam/info" => format!("{:#}", keys::info(place)?),
        "iam/security-credentials" | "iam/security-credentials/" => keys::role(place)?.name.clone(),
        _ => {
            let name = item.strip_prefix("iam/security-credentials/")?;
            format!("{:#}", keys::credentials(place, name)?)
        }
    };
    Some(plain(200, &text))
}

fn plain(status: u16, body: &str) -> Response {
    let headers = [("Content-Type", "text/plain"), ("Server", "EC2ws")];
    let headers = headers.map(|(name, value)| header(name, value));
    Response::new(status, headers.into(), body.as_bytes().to_vec())
}
