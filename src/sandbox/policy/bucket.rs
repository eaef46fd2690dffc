//! What S3 refuses in a bucket's policy, and the principals that it names.

use std::collections::BTreeMap;

use super::principal::{self, Naming, each};
use super::{grammar, json};
use crate::sandbox::fault::Fault;
use crate::sandbox::world::Iam;

/// Checks the policy of a bucket and gives the unique ids of the roles and users that it names, by ARN. They must exist in
/// `seen`, which lags behind the present.
pub(crate) fn bucket(
    document: &str,
    bucket: &str,
    seen: &Iam,
    naming: Naming,
) -> Result<BTreeMap<String, String>, Fault> {
    if !document.starts_with('{') || json::parse(document).is_none() {
        let text = "Policies must be valid JSON and the first byte must be '{'";
        return Err(Fault::new("MalformedPolicy", text));
    }
    named(document, bucket, seen, naming)
        .map_err(|fault| Fault::new("MalformedPolicy", fault.message))
}

fn named(
    document: &str,
    bucket: &str,
    seen: &Iam,
    naming: Naming,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut root = grammar::resource(document, &|resource| is_within(resource, bucket))?;
    let mut names = BTreeMap::new();
    for principal in principal::principals(&mut root) {
        // S3 does not say which principal it does not know.
        principal::known(principal, seen, naming)
            .map_err(|_| Fault::malformed_policy("Invalid principal in policy"))?;
        if let Some(aws) = principal.get_mut("AWS") {
            each(aws, &mut |name| {
                let id = seen.id_of_principal(name).map(str::to_owned);
                names.extend(id.map(|id| (name.to_owned(), id)));
                name.to_owned()
            });
        }
    }
    Ok(names)
}

/// Whether a resource is the bucket or in it. A wildcard may stand for either.
fn is_within(resource: &str, bucket: &str) -> bool {
    let Some(rest) = resource.strip_prefix("arn:aws:s3:::") else {
        return false;
    };
    let name = rest.split_once('/').map_or(rest, |(name, _)| name);
    name == bucket || name.contains(['*', '?'])
}
