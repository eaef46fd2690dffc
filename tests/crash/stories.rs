//! Which runs are stopped, as data. A new example joins with one entry; how a run is stopped and judged is not here.

/// A command of the binary, and the world it finds.
#[derive(Debug)]
pub(crate) struct Story {
    /// Names its cases.
    pub(crate) name: &'static str,
    /// The folder below `examples/` that is copied into the user's folder; its stack has the same name.
    pub(crate) example: &'static str,
    /// The instances whose associations are the stack's.
    pub(crate) instances: &'static [&'static str],
    /// The account before anything was done.
    pub(crate) seed: &'static str,
    /// Commands that were run, undisturbed, an hour before.
    pub(crate) earlier: &'static [&'static [&'static str]],
    /// The command that is stopped: `apply` or `destroy`.
    pub(crate) verb: &'static str,
    /// What follows it: the manifests and their variables, as `plan` takes them too.
    pub(crate) arguments: &'static [&'static str],
}

const WEB: &str = "i-1234567890abcdef0";
const APP: &str = "i-087711ddaf98f9489";
const STOPPED: &str = "i-0fedcba9876543210";
const RETIRED: &str = "i-088ce778fbfeb4361";

/// Every story.
pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "s3access-apply",
        example: "s3access",
        instances: &[WEB],
        seed: ACCOUNT,
        earlier: &[],
        verb: "apply",
        arguments: &["s3access"],
    },
    Story {
        name: "s3access-destroy",
        example: "s3access",
        instances: &[WEB],
        seed: ACCOUNT,
        earlier: &[&["apply", "s3access"]],
        verb: "destroy",
        arguments: &["s3access"],
    },
    Story {
        name: "replace-apply",
        example: "replace",
        instances: &[APP],
        seed: ACCOUNT,
        earlier: &[],
        verb: "apply",
        arguments: &["replace", "--var=profile=TestRole-1"],
    },
    Story {
        name: "replace-move",
        example: "replace",
        instances: &[APP],
        seed: ACCOUNT,
        earlier: &[&["apply", "replace", "--var=profile=TestRole-1"]],
        verb: "apply",
        arguments: &["replace", "--var=profile=TestRole-2"],
    },
    Story {
        name: "replace-destroy",
        example: "replace",
        instances: &[APP],
        seed: ACCOUNT,
        earlier: &[&["apply", "replace", "--var=profile=TestRole-1"]],
        verb: "destroy",
        arguments: &["replace", "--var=profile=TestRole-1"],
    },
    Story {
        name: "replace-stopped",
        example: "replace",
        instances: &[STOPPED],
        seed: ACCOUNT,
        earlier: &[&[
            "apply",
            "replace",
            "--var=profile=TestRole-1",
            "--var=instance=i-0fedcba9876543210",
        ]],
        verb: "apply",
        arguments: &[
            "replace",
            "--var=profile=TestRole-2",
            "--var=instance=i-0fedcba9876543210",
        ],
    },
    Story {
        name: "detach",
        example: "detach",
        instances: &[RETIRED],
        seed: ACCOUNT,
        earlier: &[],
        verb: "apply",
        arguments: &["detach"],
    },
    Story {
        name: "deny-apply",
        example: "deny-assumed-role-session",
        instances: &[],
        seed: ACCOUNT,
        earlier: &[],
        verb: "apply",
        arguments: &["deny-assumed-role-session"],
    },
    Story {
        name: "deny-destroy",
        example: "deny-assumed-role-session",
        instances: &[],
        seed: ACCOUNT,
        earlier: &[&["apply", "deny-assumed-role-session"]],
        verb: "destroy",
        arguments: &["deny-assumed-role-session"],
    },
    Story {
        name: "deny-only-destroy",
        example: "deny-federated-user",
        instances: &[],
        seed: ACCOUNT,
        earlier: &[&["apply", "deny-federated-user"]],
        verb: "destroy",
        arguments: &["deny-federated-user"],
    },
];

/// The instances of the examples, one that is to lose its profile, and neighbours that nobody may touch.
const ACCOUNT: &str = "
roles:
  - name: neighbour
    description: somebody else's
    inlinePolicies: {theirs: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}
    managedPolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
    tags: {team: other}
  - name: other-stack
    tags: {'rolewright:stack': other}
instanceProfiles:
  - {name: neighbour, role: neighbour, tags: {team: other}}
  - {name: other-stack, role: other-stack, tags: {'rolewright:stack': other}}
instances:
  - {id: i-1234567890abcdef0, state: running}
  - {id: i-087711ddaf98f9489, state: running}
  - {id: i-0fedcba9876543210, state: stopped}
  - {id: i-088ce778fbfeb4361, state: running, association: {instanceProfile: neighbour}}
  - {id: i-0aaaaaaaaaaaaaaa1, state: running, association: {instanceProfile: neighbour}}
  - {id: i-0aaaaaaaaaaaaaaa2, state: stopped, association: {instanceProfile: other-stack}}
buckets:
  - {name: amzn-s3-demo-bucket, region: eu-west-1}
  - name: amzn-s3-demo-bucket1
    region: eu-west-1
    policy: '{ \"Version\": \"2012-10-17\", \"Statement\": [ {\"Sid\":\"Theirs\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::amzn-s3-demo-bucket1/*\"} ] }'
";

impl Story {
    /// The command line, without `--yes`.
    fn command(&self) -> Vec<&'static str> {
        [&[self.verb], self.arguments].concat()
    }

    /// The command line that is stopped.
    pub(crate) fn stopped(&self) -> Vec<&'static str> {
        [&self.command()[..], &["--yes"]].concat()
    }

    /// The command line that has to finish.
    pub(crate) fn again(&self) -> Vec<&'static str> {
        [&self.command()[..], &["--yes", "--quiet"]].concat()
    }

    /// The plan that has to be empty afterwards.
    pub(crate) fn plan(&self) -> Vec<&'static str> {
        let destroy: &[&str] = if self.destroys() { &["--destroy"] } else { &[] };
        [&["plan", "--detailed-exitcode"], self.arguments, destroy].concat()
    }

    /// Whether the world has to be as it was before everything.
    pub(crate) fn destroys(&self) -> bool {
        self.verb == "destroy"
    }
}
