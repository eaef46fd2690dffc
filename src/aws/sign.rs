//! Signature Version 4: a pure function of request, credentials, scope and time. Choosing the scope is
//! `endpoint`'s.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningError,
    SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;

use super::transport::HttpRequest;

/// What a signature is valid for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// `iam`, `sts`, `ec2`, `s3`.
    pub(super) service: &'a str,
    /// The signing region.
    pub(super) region: &'a str,
    /// The time of signing. AWS accepts about five minutes of difference, EC2 fifteen.
    pub(super) time: SystemTime,
}

/// The request with the headers that prove who sends it: date, session token and signature.
pub(super) fn signed(
    mut request: HttpRequest,
    credentials: &Credentials,
    scope: Scope<'_>,
) -> Result<HttpRequest, SigningError> {
    let identity = credentials.clone().into();
    let params: SigningParams<'_> = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(scope.time)
        .settings(settings(scope.service))
        .build()
        .expect("every required field is set above")
        .into();
    let headers = request.headers.iter();
    let signable = SignableRequest::new(
        request.method,
        request.url.as_str(),
        headers.map(|(name, value)| (name.as_str(), value.as_str())),
        SignableBody::Bytes(&request.body),
    )?;
    let (instructions, _signature) = sign(signable, &params)?.into_parts();
    let added: Vec<(String, String)> = instructions
        .headers()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    request.headers.extend(added);
    Ok(request)
}

/// S3 signs paths as they stand and wants the checksum of every body in a header (Amazon S3 API reference,
/// "Authenticating Requests").
fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    fn noon() -> SystemTime {
        let noon: jiff::Timestamp = "2015-08-30T12:36:00Z".parse().unwrap();
        noon.into()
    }

    fn value<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
        let found = request.headers.iter().find(|(key, _)| key == name);
        &found.expect("the header is there").1
    }

    fn hex(bytes: &[u8]) -> String {
        bytes
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }

    /// RFC 2104 with SHA-256, for keys of at most 64 bytes.
    fn hmac(key: &[u8], message: &str) -> Vec<u8> {
        let pad = |with: u8| -> Vec<u8> {
            (0..64)
                .map(|at| key.get(at).copied().unwrap_or(0) ^ with)
                .collect()
        };
        let inner = Sha256::digest([pad(0x36), message.as_bytes().to_vec()].concat());
        Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
    }

    /// The example of the IAM user guide's page on signed requests, with its published signature.
    #[test]
    fn the_documented_list_users_request_has_the_documented_signature() {
        let request = HttpRequest {
            method: "GET",
            url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08".into(),
            headers: vec![(
                "content-type".into(),
                "application/x-www-form-urlencoded; charset=utf-8".into(),
            )],
            body: vec![],
        };
        let credentials = Credentials::new("AKIDEXAMPLE", SECRET, None, None, "test");
        let scope = Scope {
            service: "iam",
            region: "us-east-1",
            time: noon(),
        };
        let signed = signed(request, &credentials, scope).unwrap();
        assert_eq!(
            value(&signed, "authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
    }

    #[test]
    fn the_session_token_the_path_and_the_body_are_signed_too() {
        let body = "Action=DescribeInstances&Version=2016-11-15";
        let request = HttpRequest {
            method: "POST",
            url: "http://localhost:5000/moto/".into(),
            headers: vec![("content-type".into(), "text/plain".into())],
            body: body.into(),
        };
        let token = Some("TOKEN".to_owned());
        let credentials = Credentials::new("ASIAEXAMPLE", SECRET, token, None, "test");
        let scope = Scope {
            service: "ec2",
            region: "eu-central-1",
            time: noon(),
        };
        let signed = signed(request, &credentials, scope).unwrap();

        let canonical = format!(
            "POST\n/moto/\n\ncontent-type:text/plain\nhost:localhost:5000\n\
             x-amz-date:20150830T123600Z\nx-amz-security-token:TOKEN\n\n\
             content-type;host;x-amz-date;x-amz-security-token\n{}",
            hex(&Sha256::digest(body))
        );
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/eu-central-1/ec2/aws4_request\n{}",
            hex(&Sha256::digest(canonical))
        );
        let scope = ["20150830", "eu-central-1", "ec2", "aws4_request"];
        let key = scope
            .iter()
            .fold(format!("AWS4{SECRET}").into_bytes(), |key, part| {
                hmac(&key, part)
            });
        let expected = format!("Signature={}", hex(&hmac(&key, &to_sign)));
        assert_eq!(value(&signed, "x-amz-security-token"), "TOKEN");
        let authorization = value(&signed, "authorization");
        assert!(authorization.ends_with(&expected), "{authorization}");
    }
}
