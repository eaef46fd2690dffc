//! Digests: of the manifests, of a plan's content, and of the whole file. SHA-256, in hexadecimal.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::ManifestDigest;
use crate::diagnostic::Sources;

/// How many digits of an id are shown to people.
const SHOWN: usize = 12;

/// What changes from one saving of the same plan to the next.
const PASSING: [&str; 5] = ["id", "digest", "created", "expires", "toolVersion"];

/// The digest of every file that the manifests were read from, and of all of them.
pub fn manifests(sources: &Sources) -> ManifestDigest {
    let files: BTreeMap<String, String> = sources
        .all()
        .map(|(name, text)| (name.to_owned(), sha256(text)))
        .collect();
    let all: Vec<String> = files
        .iter()
        .map(|(name, digest)| format!("{digest} {name}"))
        .collect();
    ManifestDigest {
        digest: sha256(&all.join("\n")),
        files,
    }
}

/// The first digits of an id.
pub fn short(id: &str) -> &str {
    id.get(..SHOWN).unwrap_or(id)
}

pub(super) fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The id of a plan: what it does, and to which live state, whenever it was made.
pub(super) fn id(file: &Value) -> String {
    of(file, &PASSING)
}

/// The digest of a whole file, itself left out.
pub(super) fn whole(file: &Value) -> String {
    of(file, &["digest"])
}

fn of(file: &Value, without: &[&str]) -> String {
    let mut file = file.clone();
    if let Some(fields) = file.as_object_mut() {
        for name in without {
            fields.remove(*name);
        }
    }
    file.sort_all_objects();
    sha256(&file.to_string())
}
