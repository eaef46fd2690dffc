//! Signature Version 4, verified: an independent witness of the client's signing (IAM user guide, "Signing AWS API requests").

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::caller::{ACCESS_KEY_ID, EXPIRED_ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use super::hex::hex;
use super::http::Request;
use super::session::{Claims, Session};

/// What STS and IAM say about a key they do not know.
pub(crate) const INVALID_TOKEN: &str = "The security token included in the request is invalid.";

/// What stands for the hash of a body that is not signed.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// How far the client's clock may be off.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SignatureError {
    Missing,
    /// It lacks a part.
    Incomplete,
    /// The access key is not the sandbox's.
    UnknownKey,
    /// The session behind the access key is over.
    Expired,
    /// The clocks are too far apart.
    Skewed {
        /// The request's time.
        signed: String,
        /// The time it is beyond.
        bound: String,
        /// The service's time.
        now: String,
    },
    /// The scope's region is none.
    Region,
    /// It was made from something else, or with another secret.
    Mismatch,
}

/// What a signature is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) access_key_id: String,
    pub(crate) date: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

/// A request whose signature holds.
#[derive(Debug)]
pub(crate) struct Signed {
    pub(crate) scope: Scope,
    /// What its token claims; `None` for the long-term key.
    pub(crate) claims: Option<Claims>,
}

#[derive(Debug)]
struct Authorization {
    scope: Scope,
    signed_headers: Vec<String>,
    signature: String,
}

/// The scope a request claims to be signed for, verified or not.
pub(crate) fn scope(request: &Request) -> Option<Scope> {
    authorization(request).map(|authorization| authorization.scope)
}

/// Checks the signature as of `now`.
pub(crate) fn verify(request: &Request, now: Timestamp) -> Result<Signed, SignatureError> {
    request
        .header("authorization")
        .ok_or(SignatureError::Missing)?;
    let authorization = authorization(request).ok_or(SignatureError::Incomplete)?;
    let date = request
        .header("x-amz-date")
        .ok_or(SignatureError::Incomplete)?;
    let scope = &authorization.scope;
    let claims = claims(request, &scope.access_key_id, now)?;
    let signed = DateTime::strptime("%Y%m%dT%H%M%SZ", date)
        .ok()
        .and_then(|time| time.to_zoned(TimeZone::UTC).ok());
    let signed = signed.ok_or(SignatureError::Incomplete)?.timestamp();
    let off = signed.duration_since(now);
    if off.abs() > SKEW {
        let bound = if off.is_negative() { -SKEW } else { SKEW };
        let text = |time: Timestamp| time.strftime("%Y%m%dT%H%M%SZ").to_string();
        return Err(SignatureError::Skewed {
            signed: date.to_owned(),
            bound: text(now.saturating_add(bound).unwrap_or(now)),
            now: text(now),
        });
    }
    if !is_region(&scope.region) {
        return Err(SignatureError::Region);
    }
    let expected = signature(request, &authorization, date);
    if date.get(..8) != Some(scope.date.as_str()) || expected != authorization.signature {
        return Err(SignatureError::Mismatch);
    }
    Ok(Signed {
        scope: authorization.scope,
        claims,
    })
}

/// What the token claims that goes with a key, while it lasts.
fn claims(request: &Request, key: &str, now: Timestamp) -> Result<Option<Claims>, SignatureError> {
    match key {
        ACCESS_KEY_ID => return Ok(None),
        EXPIRED_ACCESS_KEY_ID => return Err(SignatureError::Expired),
        _ => {}
    }
    let token = request.header("x-amz-security-token").unwrap_or_default();
    let claims = Session::claims(key, token).ok_or(SignatureError::UnknownKey)?;
    if claims.terms.expires <= now {
        return Err(SignatureError::Expired);
    }
    Ok(Some(claims))
}

fn authorization(request: &Request) -> Option<Authorization> {
    let text = request
        .header("authorization")?
        .strip_prefix("AWS4-HMAC-SHA256")?;
    let part = |name: &str| {
        text.split(',')
            .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
    };
    let credential: Vec<&str> = part("Credential")?.split('/').collect();
    let [access_key_id, date, region, service, "aws4_request"] = credential[..] else {
        return None;
    };
    let own = str::to_owned;
    Some(Authorization {
        scope: Scope {
            access_key_id: own(access_key_id),
            date: own(date),
            region: own(region),
            service: own(service),
        },
        signed_headers: part("SignedHeaders")?.split(';').map(own).collect(),
        signature: own(part("Signature")?),
    })
}

fn is_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let number = parts
        .last()
        .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()) && !last.is_empty());
    parts.len() >= 3 && number && parts.iter().all(|part| !part.is_empty())
}

fn signature(request: &Request, authorization: &Authorization, date: &str) -> String {
    let scope = &authorization.scope;
    let place = format!(
        "{}/{}/{}/aws4_request",
        scope.date, scope.region, scope.service
    );
    let canonical = hex(&Sha256::digest(canonical(request, authorization)));
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{place}\n{canonical}");
    let secret = format!("AWS4{SECRET_ACCESS_KEY}").into_bytes();
    let parts = [
        scope.date.as_str(),
        &scope.region,
        &scope.service,
        "aws4_request",
    ];
    let key = parts
        .into_iter()
        .fold(secret, |key, part| hmac(&key, part.as_bytes()));
    hex(&hmac(&key, to_sign.as_bytes()))
}

/// The canonical request. Paths are `/`, or S3's, which are not encoded a second time.
fn canonical(request: &Request, authorization: &Authorization) -> String {
    let valued = |pair: &str| {
        let sign = if pair.contains('=') { "" } else { "=" };
        format!("{pair}{sign}")
    };
    let mut query: Vec<String> = request
        .query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(valued)
        .collect();
    query.sort_unstable();
    let headers = authorization.signed_headers.iter().map(|name| {
        let value = if name == "host" {
            request.host.as_str()
        } else {
            request.header(name).unwrap_or_default()
        };
        let words: Vec<&str> = value.split_whitespace().collect();
        format!("{name}:{}\n", words.join(" "))
    });
    let headers: String = headers.collect();
    let signed = authorization.signed_headers.join(";");
    let body = payload(request, &authorization.scope.service);
    format!(
        "{}\n{}\n{}\n{headers}\n{signed}\n{body}",
        request.method,
        request.path,
        query.join("&")
    )
}

/// The hash of the body. S3's clients may leave the body out of the signature, and say so.
fn payload(request: &Request, service: &str) -> String {
    let said = request.header("x-amz-content-sha256");
    match said.filter(|said| service == "s3" && *said == UNSIGNED) {
        Some(said) => said.to_owned(),
        None => hex(&Sha256::digest(&request.body)),
    }
}

/// HMAC-SHA256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut block = if key.len() > BLOCK {
        Sha256::digest(key).to_vec()
    } else {
        key.to_vec()
    };
    block.resize(BLOCK, 0);
    let pad = |mask: u8| block.iter().map(|byte| byte ^ mask).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36).as_slice(), message].concat());
    Sha256::digest([pad(0x5C).as_slice(), &inner].concat()).to_vec()
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::Timestamp;

    use super::{Authorization, Scope, hmac, signature};
    use crate::sandbox::hex::hex;
    use crate::sandbox::http::Request;

    /// Signs a request as a client would: for tests.
    pub(crate) fn sign(
        request: &mut Request,
        access_key_id: &str,
        region: &str,
        service: &str,
        now: Timestamp,
    ) {
        let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        request
            .headers
            .push(("X-Amz-Date".to_owned(), date.clone()));
        let (access_key_id, day) = (access_key_id.to_owned(), date[..8].to_owned());
        let scope = Scope {
            access_key_id,
            date: day,
            region: region.to_owned(),
            service: service.to_owned(),
        };
        let signed_headers = vec!["host".to_owned(), "x-amz-date".to_owned()];
        let unsigned = Authorization {
            scope,
            signed_headers,
            signature: String::new(),
        };
        let signature = signature(request, &unsigned, &date);
        let Scope {
            access_key_id,
            date,
            region,
            service,
        } = unsigned.scope;
        let value = format!(
            "AWS4-HMAC-SHA256 Credential={access_key_id}/{date}/{region}/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}"
        );
        request.headers.push(("Authorization".to_owned(), value));
    }

    #[test]
    fn hmac_agrees_with_rfc_4231() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(
            hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
            expected
        );
    }
}
