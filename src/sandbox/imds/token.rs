//! The tokens of IMDSv2. Nothing is remembered of them: the token says of which instance it is, and until when.

use jiff::{SignedDuration, Timestamp};

use super::{Place, plain};
use crate::sandbox::http::{Request, Response, header};
use crate::sandbox::ids::Entropy;

/// What a request carries its token in.
pub(super) const HEADER: &str = "X-aws-ec2-metadata-token";
const LIFETIME: &str = "X-aws-ec2-metadata-token-ttl-seconds";
/// Six hours.
const LONGEST: i64 = 21_600;

/// `PUT /latest/api/token`. A request that came through a proxy gets none: that is what keeps open proxies out.
pub(super) fn issued(place: Place<'_>, request: &Request) -> Response {
    if request.method != "PUT" {
        return plain(405, "");
    }
    if request.header("X-Forwarded-For").is_some() {
        return plain(403, "");
    }
    let seconds = request.header(LIFETIME).and_then(|text| text.parse().ok());
    let Some(seconds) = seconds.filter(|seconds| (1..=LONGEST).contains(seconds)) else {
        return plain(400, "");
    };
    let end = place.now.saturating_add(SignedDuration::from_secs(seconds));
    let end = end.unwrap_or(place.now).as_millisecond();
    let body = format!("{}.{end}", place.instance.id);
    let mut response = plain(200, &format!("{body}.{}", seal(&body)));
    response.headers.push(header(LIFETIME, seconds.to_string()));
    response
}

/// Whether a token is this instance's, and has not ended.
pub(super) fn is_good(token: &str, instance: &str, now: Timestamp) -> bool {
    let Some((body, given)) = token.rsplit_once('.') else {
        return false;
    };
    let lasts = |end: &str| end.parse().is_ok_and(|end: i64| now.as_millisecond() < end);
    let holds = |(owner, end): (&str, &str)| owner == instance && lasts(end);
    given == seal(body) && body.split_once('.').is_some_and(holds)
}

fn seal(body: &str) -> String {
    Entropy::of(&format!("imds/{body}")).seal()
}
