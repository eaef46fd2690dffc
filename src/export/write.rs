//! The manifests as text: documents with their comments, for people; and the same as data, for programs.

use serde_json::{Value as Json, json};

use super::{Document, Manifests, yaml};
use crate::text;

/// Where an editor finds the schema: beside the file, where `rolewright schema` can put it.
const SCHEMA: &str = "# yaml-language-server: $schema=manifest.schema.json\n";

/// One file with all documents.
pub fn manifests(manifests: &Manifests) -> String {
    let Manifests { remarks, documents } = manifests;
    let mut out = SCHEMA.to_owned();
    out.push_str(&comments(remarks));
    let sound = documents.iter().filter(|document| document.is_sound);
    let texts: Vec<String> = sound.map(whole).collect();
    out.push_str(&texts.join("---\n"));
    for document in documents.iter().filter(|document| !document.is_sound) {
        out.push_str(&format!("\n{}", commented(document)));
    }
    out
}

fn whole(document: &Document) -> String {
    let Document {
        remarks,
        body,
        is_sound: _,
    } = document;
    comments(remarks) + &yaml(body)
}

/// A document that cannot be used as it is: somebody may want to see it all the same.
fn commented(document: &Document) -> String {
    let lines = yaml(&document.body);
    comments(&document.remarks) + &text::indent(lines.trim_end(), "#   ") + "\n"
}

/// Names of instances and the like come from AWS: whatever they hold stays within the comment.
fn comments(remarks: &[String]) -> String {
    let mut out = String::new();
    for remark in remarks {
        let breaks = |letter: char| letter.is_control() || "\u{2028}\u{2029}".contains(letter);
        out.push_str(&format!("# {}\n", remark.replace(breaks, " ")));
    }
    out
}

/// The same for programs: the documents, those that are only comments, and what is told of any of them.
pub fn manifests_json(manifests: &Manifests) -> Json {
    let Manifests { remarks, documents } = manifests;
    let bodies = |is_sound: bool| -> Json {
        let some = documents.iter().filter(|one| one.is_sound == is_sound);
        some.map(|one| one.body.clone()).collect()
    };
    let general = remarks.iter().map(|remark| json!({ "remark": remark }));
    let of_documents = documents.iter().flat_map(|document| {
        let Document {
            remarks,
            body,
            is_sound: _,
        } = document;
        let of = |remark| json!({ "kind": body["kind"], "name": body["metadata"]["name"], "remark": remark });
        remarks.iter().map(of)
    });
    json!({
        "documents": bodies(true),
        "onlyComments": bodies(false),
        "remarks": general.chain(of_documents).collect::<Json>(),
    })
}
