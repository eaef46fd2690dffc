//! Words that tempt a writer of YAML, as far as AWS takes them where they stand.

/// Names of roles, profiles, users and policies: `[\w+=,.@-]+`.
pub(crate) const NAMES: [&str; 12] = [
    "web",
    "true",
    "1e3",
    "123456789012",
    "2012-10-17",
    "a.b@c",
    "=x",
    "-x",
    "+1",
    "web,1",
    "null",
    "on",
];

/// Paths: printable ASCII between slashes.
pub(crate) const PATHS: [&str; 8] = [
    "/",
    "/",
    "/app/",
    "/app/web/",
    "/service-role/",
    "/#x:/",
    "/a{{b/{%/",
    "/'q\"\\/",
];

/// Descriptions: Latin-1 with line ends.
pub(crate) const DESCRIPTIONS: [&str; 30] = [
    "plain",
    "two\nlines",
    "ends so\n",
    " leading",
    "trailing ",
    "say \"hi\", it's",
    "# no comment",
    "key: value",
    "{{ var.x }}",
    "{{{{ }} {{{",
    "{% if x %}",
    "${aws:username}",
    "Größe © £",
    "yes",
    "2012-10-17",
    "1e3",
    "~",
    "- x",
    "a\ttab",
    "C:\\x\\",
    "{{ \"{{\" }}",
    "'",
    "\"",
    "\\{{",
    "null",
    "|",
    "a\n\n  b\nc\n",
    "a\n \nb",
    "\n",
    "what: is # it\n- all: {{ of }} 'it'\\n\n",
];

/// Keys of tags: letters, digits, spaces and `_.:/=+-@`.
pub(crate) const TAG_KEYS: [&str; 12] = [
    "Team",
    "yes",
    "1",
    "a:b",
    "key with space",
    "Stage",
    "Größe",
    "123456789012",
    "-",
    "@x",
    "=",
    "a.b",
];

/// Values of tags.
pub(crate) const TAG_VALUES: [&str; 16] = [
    "",
    "true",
    "123456789012",
    "a b",
    " x",
    "x ",
    "yes",
    "1e3",
    "Größe",
    "2012-10-17",
    "a: b",
    "=x",
    "@x",
    "-",
    "null",
    "0x1f",
];

/// Actions, also as patterns.
pub(crate) const ACTIONS: [&str; 6] = [
    "s3:GetObject",
    "s3:*",
    "*",
    "ec2:Describe*",
    "iam:PassRole",
    "logs:PutLogEvents",
];

/// Resources, with what IAM's own variables and our expressions look like.
pub(crate) const RESOURCES: [&str; 6] = [
    "*",
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::home/${aws:username}/*",
    "arn:aws:s3:::a{{b}}/*",
    "arn:aws:s3:::{% if x %}/*",
    "arn:aws:iam::123456789012:role/web",
];

/// Values in conditions, as texts.
pub(crate) const CONDITION_TEXTS: [&str; 10] = [
    "true",
    "ec2.amazonaws.com",
    "{{ role.web.arn }}",
    "${aws:username}",
    " x ",
    "# y",
    "a: b",
    "line\nend",
    "1e3",
    "\"quoted\" 'twice'",
];

/// Managed policies.
pub(crate) const MANAGED: [&str; 4] = [
    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    "arn:aws:iam::aws:policy/PowerUserAccess",
    "arn:aws:iam::123456789012:policy/own",
    "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM",
];

/// User data.
pub(crate) const USER_DATA: [&str; 6] = [
    "#!/bin/sh\necho {{ hi }}\n",
    "#cloud-config\nusers:\n  - a: 'b'\n",
    "true",
    "docker ps --format '{{.ID}}'\n",
    "no line end",
    "curl -w '{%{http_code}}' # x",
];
