//! YAML without fault that is no manifest, and many faults at once.

use super::{drawn, drawn_of};

#[test]
fn a_character_is_not_text() {
    insta::assert_snapshot!(drawn("apiVersion: \u{1b}[31m\n"), @r"
    error[bad-character]

      x the character U+001B is not allowed in YAML
       ,-[role.yaml:1:13]
     1 | apiVersion: �[31m
       :             ^
       `----
      help: remove it; the file may not be text, or was saved in another encoding than UTF-8

    1 error
    ");
}

#[test]
fn a_manifest_is_empty() {
    insta::assert_snapshot!(drawn("# nothing yet\n---\n"), @r"
    error[empty-manifest]

      x role.yaml holds no document
      help: begin it with `apiVersion: rolewright.dev/v1`

    1 error
    ");
}

#[test]
fn a_document_is_a_list() {
    insta::assert_snapshot!(drawn("- apiVersion: rolewright.dev/v1\n"), @r"
    error[not-a-manifest]

      x this document is not a mapping
       ,-[role.yaml:1:1]
     1 | - apiVersion: rolewright.dev/v1
       : ^
       `----
      help: a manifest has `apiVersion`, `kind`, `metadata` and `spec`

    1 error
    ");
}

#[test]
fn a_document_is_a_text() {
    insta::assert_snapshot!(drawn("rolewright\n"), @r"
    error[not-a-manifest]

      x this document is not a mapping
       ,-[role.yaml:1:1]
     1 | rolewright
       : ^^^^^^^^^^
       `----
      help: a manifest has `apiVersion`, `kind`, `metadata` and `spec`

    1 error
    ");
}

#[test]
fn everything_is_missing() {
    insta::assert_snapshot!(drawn("{}\n"), @r"
    error[missing-field]

      x `apiVersion`, `kind`, `metadata` and `spec` are missing
       ,-[role.yaml:1:1]
     1 | {}
       : ^
       `----
      help: write `apiVersion: rolewright.dev/v1`
            the kinds are Stack, Role and InstanceProfile

    1 error
    ");
}

#[test]
fn fields_are_misspelt() {
    insta::assert_snapshot!(drawn("apiVersoin: rolewright.dev/v1\nkind: Role\nmetadata: {nmae: a, protcet: true}\nspec: {}\n"), @r"
    error[unknown-field]

      x there is no field `apiVersoin`
       ,-[role.yaml:1:1]
     1 | apiVersoin: rolewright.dev/v1
       : ^^^^^^^^^^
     2 | kind: Role
       `----
      help: did you mean `apiVersion`?

    error[unknown-field]

      x there is no field `metadata.nmae`
       ,-[role.yaml:3:12]
     2 | kind: Role
     3 | metadata: {nmae: a, protcet: true}
       :            ^^^^
     4 | spec: {}
       `----
      help: did you mean `name`?

    error[unknown-field]

      x there is no field `metadata.protcet`
       ,-[role.yaml:3:21]
     2 | kind: Role
     3 | metadata: {nmae: a, protcet: true}
       :                     ^^^^^^^
     4 | spec: {}
       `----
      help: did you mean `protect`?

    3 errors
    ");
}

#[test]
fn the_api_version_is_another() {
    insta::assert_snapshot!(drawn("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n"), @r"
    error[api-version]

      x `apps/v1` is not an API version of this tool
       ,-[role.yaml:1:13]
     1 | apiVersion: apps/v1
       :             ^^^^^^^
     2 | kind: Deployment
       `----
      help: write `rolewright.dev/v1`

    error[unknown-kind]

      x there is no kind `Deployment`
       ,-[role.yaml:2:7]
     1 | apiVersion: apps/v1
     2 | kind: Deployment
       :       ^^^^^^^^^^
     3 | metadata: {name: a}
       `----
      help: the kinds are Stack, Role and InstanceProfile

    2 errors
    ");
}

#[test]
fn the_kind_is_misspelt() {
    insta::assert_snapshot!(drawn("apiVersion: rolewright.dev/v1\nkind: InstanceProfil\nmetadata: {name: a}\nspec: {}\n"), @r"
    error[unknown-kind]

      x there is no kind `InstanceProfil`
       ,-[role.yaml:2:7]
     1 | apiVersion: rolewright.dev/v1
     2 | kind: InstanceProfil
       :       ^^^^^^^^^^^^^^
     3 | metadata: {name: a}
       `----
      help: did you mean `InstanceProfile`?
            the kinds are Stack, Role and InstanceProfile

    1 error
    ");
}

#[test]
fn types_are_wrong() {
    insta::assert_snapshot!(drawn("apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {name: 12, protect: yes, adopt: 1}\nspec: []\n"), @r#"
    error[wrong-type]

      x `metadata.name` must be text, not the number 12
       ,-[role.yaml:3:18]
     2 | kind: Role
     3 | metadata: {name: 12, protect: yes, adopt: 1}
       :                  ^^
     4 | spec: []
       `----
      help: put it in quotes: "12"

    error[wrong-type]

      x `metadata.protect` must be a boolean, not the text "yes"
       ,-[role.yaml:3:31]
     2 | kind: Role
     3 | metadata: {name: 12, protect: yes, adopt: 1}
       :                               ^^^
     4 | spec: []
       `----
      help: write `true`, without quotes

    error[wrong-type]

      x `metadata.adopt` must be a boolean, not the number 1
       ,-[role.yaml:3:43]
     2 | kind: Role
     3 | metadata: {name: 12, protect: yes, adopt: 1}
       :                                           ^
     4 | spec: []
       `----

    error[wrong-type]

      x `spec` must be a mapping, not a list
       ,-[role.yaml:4:7]
     3 | metadata: {name: 12, protect: yes, adopt: 1}
     4 | spec: []
       :       ^
       `----

    4 errors
    "#);
}

#[test]
fn values_are_empty() {
    insta::assert_snapshot!(drawn("apiVersion: rolewright.dev/v1\nkind:\nmetadata: {name: \"\"}\nspec:\n"), @r#"
    error[wrong-type]

      x `kind` must be text, not empty
       ,-[role.yaml:2:1]
     1 | apiVersion: rolewright.dev/v1
     2 | kind:
       : ^^^^
     3 | metadata: {name: ""}
       `----
      help: give it a value, or take the line away
            the kinds are Stack, Role and InstanceProfile

    error[out-of-range]

      x `metadata.name` must not be empty
       ,-[role.yaml:3:18]
     2 | kind:
     3 | metadata: {name: ""}
       :                  ^^
     4 | spec:
       `----

    error[wrong-type]

      x `spec` must be a mapping, not empty
       ,-[role.yaml:4:1]
     3 | metadata: {name: ""}
     4 | spec:
       : ^^^^
       `----
      help: write `{}` if it is meant to be empty

    3 errors
    "#);
}

#[test]
fn a_list_of_manifests() {
    insta::assert_snapshot!(drawn("apiVersion: v1\nkind: List\nitems: []\n"), @r"
    error[not-a-manifest]

      x a `List` of manifests is not supported
       ,-[role.yaml:2:7]
     1 | apiVersion: v1
     2 | kind: List
       :       ^^^^
     3 | items: []
       `----
      help: put `---` between the manifests instead

    1 error
    ");
}

/// Every problem of every file, in the order of files and lines, even after one of syntax.
#[test]
fn all_files_and_documents_are_told_at_once() {
    let first = "kind: Rol\n---\na: [1\n---\napiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {name: a}\nspec: 1\n";
    let second = "apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {}\nspec: {}\n";
    insta::assert_snapshot!(drawn_of(&[("b.yaml", second), ("a.yaml", first)]), @r"
    error[missing-field]

      x `apiVersion`, `metadata` and `spec` are missing
       ,-[a.yaml:1:1]
     1 | kind: Rol
       : ^
     2 | ---
       `----
      help: write `apiVersion: rolewright.dev/v1`

    error[unknown-kind]

      x there is no kind `Rol`
       ,-[a.yaml:1:7]
     1 | kind: Rol
       :       ^^^
     2 | ---
       `----
      help: did you mean `Role`?
            the kinds are Stack, Role and InstanceProfile

    error[unbalanced-bracket]

      x expected `,` or `]` here
       ,-[a.yaml:4:1]
     2 | ---
     3 | a: [1
       :    |
       :    `-- `[` opened here
     4 | ---
       : ^
     5 | apiVersion: rolewright.dev/v1
       `----
      help: close it with `]`, or put a comma between its items

    error[wrong-type]

      x `spec` must be a mapping, not the number 1
       ,-[a.yaml:8:7]
     7 | metadata: {name: a}
     8 | spec: 1
       :       ^
       `----

    error[missing-field]

      x `name` is missing in `metadata`
       ,-[b.yaml:3:1]
     2 | kind: Role
     3 | metadata: {}
       : ^^^^^^^^
     4 | spec: {}
       `----

    5 errors
    ");
}
