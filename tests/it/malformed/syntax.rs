//! Indentation, quotes, brackets, colons: what makes YAML itself unreadable.

use super::{drawn, spec};

#[test]
fn a_well_formed_manifest_draws_nothing() {
    assert_eq!(spec("  path: /a/\n"), "");
}

#[test]
fn a_tab_indents() {
    insta::assert_snapshot!(spec("  tags:\n\tteam: shop\n"), @r"
    error[tab-indent]

      x a tab is used for indentation
       ,-[role.yaml:6:1]
     5 |   tags:
     6 |     team: shop
       : ^^^^
       `----
      help: indent with spaces; YAML does not allow tabs there

    1 error
    ");
}

#[test]
fn a_tab_indents_after_a_value() {
    insta::assert_snapshot!(spec("  path: /a/\n\ttags: {}\n"), @r"
    error[tab-indent]

      x a tab is used for indentation
       ,-[role.yaml:6:1]
     5 |   path: /a/
     6 |     tags: {}
       : ^^^^
       `----
      help: indent with spaces; YAML does not allow tabs there

    1 error
    ");
}

#[test]
fn indentation_fits_no_line_above() {
    insta::assert_snapshot!(spec("    path: /a/\n  tags: {}\n   description: x\n"), @r"
    error[bad-indent]

      x the indentation of this line fits none of the lines above
       ,-[role.yaml:6:3]
     5 |     path: /a/
     6 |   tags: {}
       :   ^^^^^^^^
     7 |    description: x
       `----
      help: align it with the keys it belongs to

    1 error
    ");
}

#[test]
fn a_key_is_indented_under_a_value() {
    insta::assert_snapshot!(spec("  path: /a/\n    tags: {}\n"), @r"
    error[bad-indent]

      x this line is indented under a key that already has a value
       ,-[role.yaml:6:5]
     5 |   path: /a/
     6 |     tags: {}
       :     ^^^^^^^^
       `----
      help: align it with the line above, or take that key's value away

    1 error
    ");
}

#[test]
fn a_document_loses_its_indentation() {
    insta::assert_snapshot!(drawn("  apiVersion: rolewright.dev/v1\nkind: Role\n"), @r"
    error[missing-field]

      x `kind`, `metadata` and `spec` are missing
       ,-[role.yaml:1:3]
     1 |   apiVersion: rolewright.dev/v1
       :   ^
     2 | kind: Role
       `----
      help: the kinds are Stack, Role and InstanceProfile

    error[bad-indent]

      x the indentation of this line fits none of the lines above
       ,-[role.yaml:2:1]
     1 |   apiVersion: rolewright.dev/v1
     2 | kind: Role
       : ^^^^^^^^^^
       `----
      help: align it with the keys it belongs to

    2 errors
    ");
}

#[test]
fn a_double_quote_is_not_closed() {
    insta::assert_snapshot!(spec("  path: \"/a/\n  description: x\n"), @r#"
    error[unclosed-quote]

      x the text that begins with `"` is not closed
       ,-[role.yaml:5:9]
     4 | spec:
     5 |   path: "/a/
       :         ^^^^
     6 |   description: x
       `----
      help: add the closing `"`; text that goes on in the next line must be indented deeper than its
            key

    1 error
    "#);
}

#[test]
fn a_single_quote_is_not_closed_at_the_end() {
    insta::assert_snapshot!(spec("  path: '/a/\n"), @r"
    error[unclosed-quote]

      x the text that begins with `'` is not closed
       ,-[role.yaml:5:9]
     4 | spec:
     5 |   path: '/a/
       :         ^^^^
       `----
      help: add the closing `'`; text that goes on in the next line must be indented deeper than its
            key

    1 error
    ");
}

#[test]
fn text_follows_a_closing_quote() {
    insta::assert_snapshot!(spec("  description: \"the\" role\n"), @r#"
    error[after-quote]

      x something follows the closing quote
       ,-[role.yaml:5:22]
     4 | spec:
     5 |   description: "the" role
       :                      ^^^^
       `----
      help: put all of the value in quotes, a comma between values, or a `:` after a key

    1 error
    "#);
}

#[test]
fn an_escape_is_unknown() {
    insta::assert_snapshot!(spec("  description: \"C:\\dir\"\n"), @r#"
    error[bad-escape]

      x a backslash in this text begins no escape that YAML knows
       ,-[role.yaml:5:16]
     4 | spec:
     5 |   description: "C:\dir"
       :                ^^^^^^^^
       `----
      help: write `\\` for a backslash, or put the text in single quotes

    1 error
    "#);
}

#[test]
fn a_bracket_is_not_closed() {
    insta::assert_snapshot!(spec("  managedPolicies: [a, b\n  path: /a/\n"), @r"
    error[unbalanced-bracket]

      x expected `,` or `]` here
       ,-[role.yaml:6:7]
     4 | spec:
     5 |   managedPolicies: [a, b
       :                    |
       :                    `-- `[` opened here
     6 |   path: /a/
       :       ^
       `----
      help: close it with `]`, or put a comma between its items

    1 error
    ");
}

#[test]
fn a_brace_is_not_closed_at_the_end() {
    insta::assert_snapshot!(spec("  tags: {team: shop\n"), @r"
    error[unbalanced-bracket]

      x expected `,` or `}` here
       ,-[role.yaml:5:19]
     4 | spec:
     5 |   tags: {team: shop
       :         |         ^
       :         `-- `{` opened here
       `----
      help: close it with `}`, or put a comma between its items

    1 error
    ");
}

#[test]
fn a_comma_is_missing_in_json() {
    insta::assert_snapshot!(drawn("{\n  \"apiVersion\": \"rolewright.dev/v1\"\n  \"kind\": \"Role\"\n}\n"), @r#"
    error[unbalanced-bracket]

      x expected `,` or `}` here
       ,-[role.yaml:3:3]
     1 | {
       : |
       : `-- `{` opened here
     2 |   "apiVersion": "rolewright.dev/v1"
     3 |   "kind": "Role"
       :   ^
     4 | }
       `----
      help: close it with `}`, or put a comma between its items

    1 error
    "#);
}

#[test]
fn a_bracket_closes_nothing() {
    insta::assert_snapshot!(spec("  path: ]\n"), @r"
    error[unbalanced-bracket]

      x `]` closes nothing
       ,-[role.yaml:5:9]
     4 | spec:
     5 |   path: ]
       :         ^
       `----
      help: remove it, or put the value in quotes

    1 error
    ");
}

#[test]
fn a_colon_stands_in_a_value() {
    insta::assert_snapshot!(spec("  description: note: this\n"), @r"
    error[stray-colon]

      x a second `: ` stands in this line
       ,-[role.yaml:5:20]
     4 | spec:
     5 |   description: note: this
       :                    ^
       `----
      help: put the value in quotes if the colon belongs to it, or break the line after the first
            colon

    1 error
    ");
}

#[test]
fn a_colon_is_missing() {
    insta::assert_snapshot!(spec("  path\n  tags: {}\n"), @r"
    error[missing-colon]

      x this line is not `key: value`
       ,-[role.yaml:5:3]
     4 | spec:
     5 |   path
       :   ^^^^
     6 |   tags: {}
       `----
      help: put a colon after the key, or indent the line if it continues the text above

    1 error
    ");
}

#[test]
fn a_blank_is_missing_after_the_colon() {
    insta::assert_snapshot!(spec("  path:/a/\n  tags: {}\n"), @r"
    error[missing-colon]

      x this line is not `key: value`
       ,-[role.yaml:5:3]
     4 | spec:
     5 |   path:/a/
       :   ^^^^^^^^
     6 |   tags: {}
       `----
      help: put a space after the colon

    1 error
    ");
}
