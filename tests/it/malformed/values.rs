//! Readable YAML that says what no manifest may say: keys, anchors, tags, numbers.

use super::spec;

#[test]
fn a_key_is_written_twice() {
    insta::assert_snapshot!(spec("  path: /a/\n  tags: {}\n  path: /b/\n"), @r"
    error[duplicate-key]

      x the key `path` is written twice
       ,-[role.yaml:7:3]
     4 | spec:
     5 |   path: /a/
       :   ^^|^
       :     `-- first written here
     6 |   tags: {}
     7 |   path: /b/
       :   ^^^^
       `----
      help: keep one of the two

    1 error
    ");
}

#[test]
fn a_key_is_a_number() {
    insta::assert_snapshot!(spec("  tags:\n    1: one\n    true: two\n    ~: three\n"), @r#"
    error[key-not-text]

      x the key `1` is a number, not text
       ,-[role.yaml:6:5]
     5 |   tags:
     6 |     1: one
       :     ^
     7 |     true: two
       `----
      help: put it in quotes: "1"

    error[key-not-text]

      x the key `true` is a boolean, not text
       ,-[role.yaml:7:5]
     6 |     1: one
     7 |     true: two
       :     ^^^^
     8 |     ~: three
       `----
      help: put it in quotes: "true"

    error[key-not-text]

      x the key `~` is null, not text
       ,-[role.yaml:8:5]
     7 |     true: two
     8 |     ~: three
       :     ^
       `----
      help: put it in quotes: "~"

    3 errors
    "#);
}

#[test]
fn a_key_is_a_list() {
    insta::assert_snapshot!(spec("  ? [a, b]\n  : c\n"), @r"
    error[key-not-text]

      x a key must be text, not a list or a mapping
       ,-[role.yaml:5:5]
     4 | spec:
     5 |   ? [a, b]
       :     ^
     6 |   : c
       `----
      help: write `key: value`

    1 error
    ");
}

#[test]
fn an_expression_has_no_quotes() {
    insta::assert_snapshot!(spec("  path: {{ var.path }}\n"), @r#"
    error[unquoted-expression]

      x `{{ … }}` without quotes is a YAML mapping, not text
       ,-[role.yaml:5:10]
     4 | spec:
     5 |   path: {{ var.path }}
       :          ^^
       `----
      help: put the whole value in quotes: "{{ … }}"

    1 error
    "#);
}

#[test]
fn an_anchor_is_not_set() {
    insta::assert_snapshot!(spec("  trustPolicy: *trust\n"), @r#"
    error[unknown-anchor]

      x `*trust` repeats an anchor that is not set above
       ,-[role.yaml:5:16]
     4 | spec:
     5 |   trustPolicy: *trust
       :                ^^^^^^
       `----
      help: set it with `&trust`, or put the value in quotes if it is text: "*trust"

    1 error
    "#);
}

#[test]
fn a_star_has_no_quotes() {
    insta::assert_snapshot!(spec("  actions:\n  - *\n"), @r#"
    error[unknown-anchor]

      x `*` without quotes is YAML's sign for an anchor, and no name follows
       ,-[role.yaml:6:5]
     5 |   actions:
     6 |   - *
       :     ^
       `----
      help: put it in quotes: "*"

    1 error
    "#);
}

#[test]
fn an_alias_repeats_itself() {
    insta::assert_snapshot!(spec("  tags: &t {again: *t}\n"), @r"
    error[alias-loop]

      x `*t` stands inside the value that it repeats
       ,-[role.yaml:5:20]
     4 | spec:
     5 |   tags: &t {again: *t}
       :                    ^^
       `----
      help: write the value out

    1 error
    ");
}

#[test]
fn a_merge_is_used() {
    insta::assert_snapshot!(spec("  base: &b {path: /a/}\n  tags:\n    <<: *b\n"), @r"
    error[yaml-merge]

      x merging with `<<` is not part of YAML 1.2
       ,-[role.yaml:7:5]
     6 |   tags:
     7 |     <<: *b
       :     ^^
       `----
      help: write the fields out, or give a whole value an anchor and repeat it with `*name`

    1 error
    ");
}

#[test]
fn tags_of_other_tools_are_used() {
    insta::assert_snapshot!(spec("  trustPolicy: !Sub x\n  path: !!str /a/\n"), @r#"
    error[yaml-tag]

      x the tag `!Sub` is not supported
       ,-[role.yaml:5:16]
     4 | spec:
     5 |   trustPolicy: !Sub x
       :                ^^^^^^
     6 |   path: !!str /a/
       `----
      help: this is CloudFormation; here an expression such as "{{ role.NAME.arn }}" refers to things

    error[yaml-tag]

      x the tag `!!str` is not supported
       ,-[role.yaml:6:9]
     5 |   trustPolicy: !Sub x
     6 |   path: !!str /a/
       :         ^^^^^^^^^
       `----
      help: remove it; a value in quotes is text

    2 errors
    "#);
}

#[test]
fn a_value_begins_with_a_reserved_character() {
    insta::assert_snapshot!(spec("  description: @home\n  path: `x`\n"), @r"
    error[bad-character]

      x a value cannot begin with `@`
       ,-[role.yaml:5:16]
     4 | spec:
     5 |   description: @home
       :                ^
     6 |   path: `x`
       `----
      help: put the value in quotes

    1 error
    ");
}

#[test]
fn a_list_begins_beside_its_key() {
    insta::assert_snapshot!(spec("  ids: - i-1\n"), @r"
    error[bad-list]

      x a list cannot begin in the line of its key
       ,-[role.yaml:5:8]
     4 | spec:
     5 |   ids: - i-1
       :        ^^^^^
       `----
      help: begin it in the next line, or write `[a, b]`

    1 error
    ");
}

#[test]
fn a_list_stands_where_a_key_should() {
    insta::assert_snapshot!(spec("  path: /a/\n  - one\n"), @r"
    error[bad-list]

      x a list item stands where a key is expected
       ,-[role.yaml:6:3]
     5 |   path: /a/
     6 |   - one
       :   ^^^^^
       `----
      help: indent the list under its key, and leave the rest of that key's line empty

    1 error
    ");
}

#[test]
fn a_key_stands_where_an_item_should() {
    insta::assert_snapshot!(spec("  ids:\n    - one\n    two: 2\n"), @r"
    error[bad-list]

      x a list item is expected here
       ,-[role.yaml:7:5]
     6 |     - one
     7 |     two: 2
       :     ^^^^^^
       `----
      help: begin the line with `- `, or align it with the key it belongs to

    1 error
    ");
}

#[test]
fn a_number_is_too_large() {
    insta::assert_snapshot!(spec("  maxSessionDuration: 99999999999999999999\n  other: .inf\n"), @r#"
    error[bad-number]

      x `99999999999999999999` is too large for a number
       ,-[role.yaml:5:23]
     4 | spec:
     5 |   maxSessionDuration: 99999999999999999999
       :                       ^^^^^^^^^^^^^^^^^^^^
     6 |   other: .inf
       `----
      help: put it in quotes if it is text: "99999999999999999999"

    error[bad-number]

      x `.inf` is not a finite number
       ,-[role.yaml:6:10]
     5 |   maxSessionDuration: 99999999999999999999
     6 |   other: .inf
       :          ^^^^
       `----
      help: put it in quotes if it is text: ".inf"

    2 errors
    "#);
}
