//! Wrong command lines, and the ways in which a run ends before it begins.

use insta::assert_snapshot;

use crate::support::Stage;

#[test]
fn a_wrong_command_line() {
    let stage = Stage::with_example("s3access");
    let wrong: [&[&str]; 9] = [
        &["aply"],
        &["plan", "--frobnicate"],
        &["plan", "--weather=calm"],
        &["plan", "--sandbox", "--endpoint-url=http://127.0.0.1:1"],
        &["plan", "--color=purple"],
        &["apply", "--parallelism=0"],
        &["apply", "--propagation-timeout=soon"],
        &["plan", "--quiet", "--verbose"],
        &["graph", "--format=png"],
    ];
    let complaints = wrong.map(|arguments| stage.run(arguments).complains_with(64));
    assert_snapshot!(complaints.join("\n"), @r"
    error: unrecognized subcommand 'aply'

      tip: a similar subcommand exists: 'apply'

    Usage: rolewright [OPTIONS] <COMMAND>

    For more information, try '--help'.

    error: unexpected argument '--frobnicate' found

      tip: to pass '--frobnicate' as a value, use '-- --frobnicate'

    Usage: rolewright plan [OPTIONS] [PATH]...

    For more information, try '--help'.

    error: --weather is the sandbox's: pass --sandbox as well

    error: the argument '--sandbox[=<DIR>]' cannot be used with '--endpoint-url <URL>'

    Usage: rolewright plan --sandbox[=<DIR>] [PATH]...

    For more information, try '--help'.

    error: invalid value 'purple' for '--color <WHEN>'
      [possible values: auto, always, never]

    For more information, try '--help'.

    error: invalid value '0' for '--parallelism <COUNT>': give a number from 1 to 64

    For more information, try '--help'.

    error: invalid value 'soon' for '--propagation-timeout <DURATION>': write it as 90s, 2m, 1h or 7d

    For more information, try '--help'.

    error: the argument '--quiet' cannot be used with '--verbose'

    Usage: rolewright plan --quiet [PATH]...

    For more information, try '--help'.

    error: invalid value 'png' for '--format <FORMAT>'
      [possible values: text, dot, mermaid, svg]

    For more information, try '--help'.
    ");
}

#[test]
fn no_command_at_all_shows_the_help() {
    let help = Stage::empty().run(&[]).complains_with(64);
    assert!(
        help.contains("Usage: rolewright [OPTIONS] <COMMAND>"),
        "{help}"
    );
}

#[test]
fn nobody_to_ask_and_no_yes() {
    let stage = Stage::with_example("s3access");
    let (stdout, stderr) = stage.calm(&["apply", "s3access"]).says_with(64);
    assert!(
        stdout.contains("+ Role/s3access"),
        "the plan is shown all the same: {stdout}"
    );
    assert_snapshot!(stderr, @"error: there is no terminal to ask on; pass `--yes` to apply without asking");
    assert!(stage.world().iam.role("s3access").is_none());
    stage.quietly(&["apply", "s3access", "--yes"]);
    let (_, stderr) = stage.calm(&["destroy", "s3access"]).says_with(64);
    assert_snapshot!(stderr, @"error: there is no terminal to ask on; pass `--yes` to apply without asking");
    assert!(stage.world().iam.role("s3access").is_some());
}

#[test]
fn a_yes_in_the_pipe_is_not_a_terminal() {
    let stage = Stage::with_example("s3access");
    let run = stage.fed(
        &["apply", "s3access", "--sandbox", "--weather=calm"],
        "yes\n",
    );
    let _ = run.says_with(64);
    assert!(stage.world().iam.role("s3access").is_none());
}

#[test]
fn adopting_what_nobody_declares() {
    let stage = Stage::with_example("s3access");
    let names = ["Role/s3acces", "s3access", "Role/"];
    let complaints = names.map(|name| {
        stage
            .calm(&["apply", "s3access", "--yes", "--adopt", name])
            .complains_with(64)
    });
    assert_snapshot!(complaints.concat(), @r"
    error: --adopt: no manifest declares Role/s3acces
    error: --adopt: `s3access` is not of the form KIND/NAME
    error: --adopt: no manifest declares Role/
    ");
}

#[test]
fn mistakes_found_late_are_json_as_well() {
    let stage = Stage::with_example("s3access");
    let runs: [(&[&str], i32); 6] = [
        (&["apply", "s3access", "--output=json"], 64),
        (
            &[
                "apply",
                "s3access",
                "--yes",
                "--adopt=Role/x",
                "--output=json",
            ],
            64,
        ),
        (&["plan", "nowhere", "--output=json"], 1),
        (&["validate", "nowhere", "--output=json"], 1),
        (&["graph", "nowhere", "--output=json"], 1),
        (&["schema", "Rle", "--output=json"], 64),
    ];
    for (arguments, code) in runs {
        let json = match arguments[0] {
            "apply" | "plan" => stage.calm(arguments).json(code),
            _ => stage.run(arguments).json(code),
        };
        assert!(json.is_object(), "{arguments:?}: {json}");
    }
}
