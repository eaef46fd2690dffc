//! Saved plans: the file says what was planned, to which live state, and is refused when either is no longer so.

use insta::assert_snapshot;
use jiff::Timestamp;
use rolewright::diagnostic::{Problems, Sources};
use rolewright::model::{Desired, Instance, Value};
use rolewright::plan::{self, GuardOverrides};
use rolewright::saved::{self, NotAPlan, Parts, SavedPlan, is_saved_plan};
use serde_json::json;

use crate::bless;
use crate::support::{World, desired, observed_policy};

const VERSION: &str = "0.1.0";

const TEXT: &str = r#"
kind: Role
metadata: {name: web}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  description: new
  inlinePolicies:
    Read: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}
---
kind: InstanceProfile
metadata: {name: web}
spec: {role: web}
---
kind: InstanceAssociation
metadata: {name: fleet}
spec:
  instanceProfile: web
  instances: {ids: [i-0aaaaaaaaaaaaaaa1]}
"#;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn saved(world: &World, desired: &Desired) -> SavedPlan {
    made(world, desired, at("2026-03-01T12:00:00Z"))
}

fn made(world: &World, desired: &Desired, created: Timestamp) -> SavedPlan {
    let planned = world.plan(desired).unwrap();
    let expanded = plan::expand(desired, &world.live).into_owned();
    let sources: Sources = [("stack.yaml", TEXT)].into_iter().collect();
    SavedPlan::of(Parts {
        plan: &planned,
        desired: &expanded,
        live: &world.live,
        wishes: &world.wishes,
        allowances: &GuardOverrides::default(),
        refusals: &[],
        warnings: &Problems::none(),
        findings: &[],
        manifests: saved::manifests(&sources),
        tool_version: VERSION,
        created,
        expires: at("2026-03-08T12:00:00Z"),
    })
}

/// A world in which the role's description differs and everything else is as declared.
fn drifted(desired: &Desired) -> World {
    let mut world = World::of(desired);
    world.set("Role/web", "description", Value::Text("old".into()));
    world
}

/// What is said to have moved after something was done to the world.
fn moved(meddle: impl FnOnce(&mut World)) -> String {
    let desired = desired(TEXT);
    moved_from(&drifted(&desired), &desired, meddle)
}

fn moved_from(world: &World, desired: &Desired, meddle: impl FnOnce(&mut World)) -> String {
    let saved = saved(world, desired);
    let mut later = world.clone();
    meddle(&mut later);
    let moved = saved::moved(&saved.before, &later.live);
    let lines = moved.iter().flat_map(|one| {
        let address = one.address.to_string();
        one.how.iter().map(move |how| format!("{address} {how}\n"))
    });
    lines.collect()
}

#[test]
fn a_plan_reads_back_as_it_was_saved() {
    let desired = desired(TEXT);
    let plan = saved(&drifted(&desired), &desired);
    let text = plan.text();
    assert!(is_saved_plan(&text));
    assert_eq!(SavedPlan::read(&text, VERSION).unwrap(), plan);
}

#[test]
fn equal_state_gives_equal_bytes_but_for_time() {
    let desired = desired(TEXT);
    let world = drifted(&desired);
    let [one, other] = ["2026-03-01T12:00:00Z", "2026-03-02T13:00:00Z"]
        .map(|time| made(&world, &desired, at(time)));
    assert_eq!(one.id, other.id, "the id does not depend on the time");
    let timeless = |plan: &SavedPlan| {
        let text = plan.text();
        let lines = text.lines().filter(|line| {
            let line = line.trim_start();
            !["\"created\"", "\"digest\": \""]
                .iter()
                .any(|field| line.starts_with(field))
        });
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(timeless(&one), timeless(&other));
    let same = made(&world, &desired, one.created);
    assert_eq!(same.text(), one.text());
}

#[test]
fn another_state_makes_another_plan() {
    let desired = desired(TEXT);
    let mut world = drifted(&desired);
    let before = saved(&world, &desired).id;
    world.set("Role/web", "description", Value::Text("older".into()));
    assert_ne!(saved(&world, &desired).id, before);
}

#[test]
fn nothing_has_moved_when_nothing_has() {
    assert_eq!(moved(|_| {}), "");
}

#[test]
fn another_spelling_of_a_policy_is_no_move() {
    let text = r#"{"Statement": {"Resource": ["*"], "Action": ["S3:getobject"], "Effect": "Allow"}, "Version": "2012-10-17"}"#;
    let same =
        |world: &mut World| world.set("Role/web", "inlinePolicies.Read", observed_policy(text));
    assert_eq!(moved(same), "");
}

#[test]
fn what_moved_is_named_with_its_field() {
    let all = moved(|world| {
        world.set("Role/web", "description", Value::Text("by hand".into()));
        let wider = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
        world.set("Role/web", "inlinePolicies.Read", observed_policy(wider));
        world.set("Role/web", "inlinePolicies.Mine", observed_policy(wider));
        world.set("Role/web", "maxSessionDuration", Value::Number(7200));
        world.set(
            "Role/web",
            "managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess",
            Value::Present,
        );
        world.owned_by("Role/web", Some("other"));
    });
    assert_snapshot!(all, @r#"
    Role/web its owner was `test` and is `other`
    Role/web `description` was "old" and is "by hand"
    Role/web `inlinePolicies.Mine` is new
    Role/web `inlinePolicies.Read` is another policy now
    Role/web `managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess` is new
    Role/web `maxSessionDuration` was 3600 and is 7200
    Role/web `tags.rolewright:stack` was "test" and is "other"
    "#);
}

#[test]
fn what_is_gone_new_or_another_one_is_told() {
    assert_eq!(moved(|world| world.gone("Role/web")), "Role/web is gone\n");
    let anew = moved(|world| world.at("Role/web").id = Some("AROAOTHER".into()));
    assert_eq!(
        anew,
        "Role/web was made anew: its id is AROAOTHER, and was AROA-web\n"
    );
    let desired = desired(TEXT);
    let empty = World::empty(&desired);
    let role = &desired.resources[&"Role/web".to_owned().try_into().unwrap()];
    let exists = moved_from(&empty, &desired, |world| world.add(role));
    assert_eq!(
        exists,
        "Role/web exists now, and did not when the plan was made\n"
    );
}

#[test]
fn what_is_only_referred_to_may_change_but_not_be_exchanged() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.holds("InstanceProfile/web", None);
    let described = moved_from(&world, &desired, |world| {
        world.set("Role/web", "description", Value::Text("by hand".into()));
    });
    assert_eq!(described, "", "the plan does not touch the role");
    let wider = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
    let more = moved_from(&world, &desired, |world| {
        world.set("Role/web", "inlinePolicies.Read", observed_policy(wider));
    });
    assert_eq!(
        more, "Role/web `inlinePolicies.Read` is another policy now\n",
        "nobody reviewed that access"
    );
    let anew = moved_from(&world, &desired, |world| {
        world.at("Role/web").id = Some("AROAOTHER".into());
    });
    assert_eq!(
        anew,
        "Role/web was made anew: its id is AROAOTHER, and was AROA-web\n"
    );
}

#[test]
fn another_role_in_a_profile_that_is_only_referred_to_is_told() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.associated("InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]", None);
    let other = moved_from(&world, &desired, |world| {
        world.holds("InstanceProfile/web", Some(("admin", "AROA-admin")));
    });
    assert_eq!(
        other,
        "InstanceProfile/web `role` was `web` and is `admin`\n"
    );
}

#[test]
fn an_instance_that_began_to_use_what_goes_is_told() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.wishes.destroy = true;
    let used = moved_from(&world, &desired, |world| {
        let users = world.live.users.values_mut().next().unwrap();
        users.push(Instance {
            id: "i-0bbbbbbbbbbbbbbb2".into(),
            state: Some("running".into()),
            region: None,
        });
    });
    assert_eq!(
        used,
        "InstanceProfile/web is used by i-0bbbbbbbbbbbbbbb2, and was not when the plan was made\n"
    );
}

#[test]
fn an_instance_that_began_to_use_what_is_emptied_is_told_although_none_did_before() {
    let told =
        "InstanceProfile/web is used by i-0bbbbbbbbbbbbbbb2, and was not when the plan was made\n";
    let began = |world: &mut World| {
        let user = Instance {
            id: "i-0bbbbbbbbbbbbbbb2".into(),
            state: Some("running".into()),
            region: None,
        };
        let profile = "InstanceProfile/web".to_owned().try_into().unwrap();
        world.live.users.insert(profile, vec![user]);
    };
    let (without_instances, _) = TEXT.rsplit_once("---").unwrap();
    let desired = desired(without_instances);
    let mut other_role = World::of(&desired);
    other_role.holds("InstanceProfile/web", Some(("other", "AROA-other")));
    assert_eq!(moved_from(&other_role, &desired, began), told);
    let mut other_path = World::of(&desired);
    other_path.set("Role/web", "path", Value::Text("/old/".into()));
    assert_eq!(moved_from(&other_path, &desired, began), told);
    let mut made_anew = World::of(&desired);
    made_anew.holds("InstanceProfile/web", Some(("web", "AROA-gone")));
    assert_eq!(
        moved_from(&made_anew, &desired, began),
        "",
        "it is broken already"
    );
    let unseen = moved_from(&other_role, &desired, |world| {
        world.live.unseen_users = Some("the caller may not look".into());
    });
    assert_eq!(
        unseen,
        "InstanceProfile/web may be used by more instances than it was: the caller may not look\n"
    );
}

#[test]
fn an_instance_that_stopped_takes_other_steps() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.associated("InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]", None);
    let stopped = moved_from(&world, &desired, |world| {
        world.instance_is("InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]", "stopped");
    });
    assert_snapshot!(stopped, @"InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] its instance state was `running` and is `stopped`");
}

#[test]
fn what_goes_its_way_by_itself_is_no_move() {
    let fleet = desired(TEXT);
    let member = "InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]";
    let mut starting = World::of(&fleet);
    starting.associated(member, None);
    starting.instance_is(member, "pending");
    let runs = |world: &mut World| world.instance_is(member, "running");
    assert_eq!(moved_from(&starting, &fleet, runs), "");
    let launched = desired(
        "kind: Instance\nmetadata: {name: web}\nspec: {imageId: ami-1234567890abcdef0, instanceType: t3.micro}\n",
    );
    let left = |world: &mut World, state: &str, ids: &str| {
        let observed = world.at("Instance/web");
        observed.id = None;
        observed.attributes.clear();
        observed.facts.instance_state = Some(state.to_owned());
        observed.facts.predecessors = ids.split(',').map(str::to_owned).collect();
    };
    let mut terminating = World::of(&launched);
    left(&mut terminating, "shutting-down", "i-1,i-2");
    let over = |world: &mut World| left(world, "terminated", "i-2");
    assert_eq!(moved_from(&terminating, &launched, over), "");
    assert_eq!(
        moved_from(&terminating, &launched, |world| world.gone("Instance/web")),
        ""
    );
    let another = moved_from(&terminating, &launched, |world| {
        left(world, "terminated", "i-2,i-3");
    });
    assert_snapshot!(another, @"Instance/web its predecessors was `i-1,i-2` and is `i-2,i-3`");
    assert_eq!(
        moved_from(&starting, &fleet, |world| world.gone(member)),
        format!("{member} is gone\n")
    );
}

#[test]
fn a_file_that_was_changed_is_refused_wherever_it_was_changed() {
    let desired = desired(TEXT);
    let text = saved(&drifted(&desired), &desired).text();
    for (from, to) in [
        ("s3:GetObject", "s3:*"),
        ("2026-03-08", "2036-03-08"),
        ("123456789012", "210987654321"),
        ("\"massDelete\": false", "\"massDelete\": true"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert_eq!(
            SavedPlan::read(&changed, VERSION),
            Err(NotAPlan::Tampered),
            "{from}"
        );
    }
    // White space and the order of keys are not what was saved.
    let compact = serde_json::from_str::<serde_json::Value>(&text)
        .unwrap()
        .to_string();
    assert!(SavedPlan::read(&compact, VERSION).is_ok());
}

#[test]
fn other_files_say_what_they_are_not() {
    let desired = desired(TEXT);
    let plan = saved(&drifted(&desired), &desired);
    let text = plan.text();
    let read = |text: &str| {
        let error = SavedPlan::read(text, VERSION).unwrap_err();
        format!("{error}; {}", error.hint())
    };
    assert_snapshot!(read("kind: Role\n"), @"it is not a saved plan; `rolewright plan --out FILE` writes one");
    assert_snapshot!(read("{}"), @"it is not a saved plan; `rolewright plan --out FILE` writes one");
    assert!(read(&text[..text.len() / 2]).starts_with("it is not whole: EOF while parsing"));
    let later = text.replace("\"formatVersion\": 1", "\"formatVersion\": 2");
    assert_snapshot!(read(&later), @"its format version is 2; this version of rolewright reads up to 1; use the version that made it, or plan again with this one");
    let error = SavedPlan::read(&text, "0.0.9").unwrap_err();
    assert_snapshot!(error, @"rolewright 0.1.0 made it, which is newer than this one (0.0.9)");
    assert!(
        SavedPlan::read(&text, "0.10.0").is_ok(),
        "10 is more than 1"
    );
}

#[test]
fn a_call_that_writes_is_not_taken_for_a_question() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.associated("InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]", None);
    let mut file = serde_json::to_value(saved(&world, &desired)).unwrap();
    let step = &mut file["plan"]["steps"][0];
    step["goal"]["read"]["action"] = json!("TerminateInstances");
    let read: Result<SavedPlan, _> = serde_json::from_value(file);
    assert_eq!(
        read.unwrap_err().to_string(),
        "TerminateInstances is not a reading action"
    );
}

/// A file that somebody made by hand, with a digest that fits.
fn forged(plan: &SavedPlan, forge: impl FnOnce(&mut serde_json::Value)) -> SavedPlan {
    let mut file = serde_json::to_value(plan).unwrap();
    forge(&mut file);
    serde_json::from_value(file).unwrap()
}

#[test]
fn a_call_that_no_change_takes_is_found() {
    let desired = desired(TEXT);
    let world = drifted(&desired);
    let plan = saved(&world, &desired);
    assert!(saved::follows(&plan, &world.live));
    let hidden = forged(&plan, |file| {
        let mut step = file["plan"]["steps"][0].clone();
        step["call"]["action"] = json!("AttachRolePolicy");
        step["id"] = json!(1);
        file["plan"]["steps"].as_array_mut().unwrap().push(step);
    });
    assert!(!saved::follows(&hidden, &world.live), "one more call");
    let other = forged(&plan, |file| {
        file["plan"]["steps"][0]["call"]["parameters"]["Description"] = json!({ "text": "other" });
    });
    assert!(!saved::follows(&other, &world.live), "another parameter");
    let shown = forged(&plan, |file| {
        file["plan"]["changes"][0]["edits"][0]["after"] = json!({ "text": "other" });
    });
    assert!(
        !saved::follows(&shown, &world.live),
        "another change is shown"
    );
    let unwanted = forged(&plan, |file| file["wishes"]["destroy"] = json!(true));
    assert!(!saved::follows(&unwanted, &world.live));
}

/// What a reviewer reads beside the changes can be derived, so that it is.
#[test]
fn a_change_that_is_shown_as_less_than_it_is_is_found() {
    let whole = desired(TEXT);
    let mut world = World::of(&whole);
    world.wishes.destroy = true;
    let plan = saved(&world, &whole);
    assert!(saved::follows(&plan, &world.live));
    let harmless = forged(&plan, |file| {
        for change in file["plan"]["changes"].as_array_mut().unwrap() {
            change["risk"] = json!("cosmetic");
        }
    });
    assert!(!saved::follows(&harmless, &world.live), "another risk");
    let quiet = forged(&plan, |file| {
        for change in file["plan"]["changes"].as_array_mut().unwrap() {
            change["alarms"] = json!([]);
        }
    });
    assert!(!saved::follows(&quiet, &world.live), "no alarm");
    let alone = forged(&plan, |file| {
        for change in file["plan"]["changes"].as_array_mut().unwrap() {
            change["instances"] = json!([]);
        }
    });
    assert!(!saved::follows(&alone, &world.live), "no instance");
}

#[test]
fn the_id_of_another_plan_is_found() {
    let desired = desired(TEXT);
    let mut plan = saved(&drifted(&desired), &desired);
    let other = saved(&World::empty(&desired), &desired);
    plan.id.clone_from(&other.id);
    let text = resealed(&plan);
    let read = SavedPlan::read(&text, env!("CARGO_PKG_VERSION"));
    assert_eq!(read, Err(saved::NotAPlan::Tampered));
}

/// The text of a file with a digest that fits it.
fn resealed(plan: &SavedPlan) -> String {
    use sha2::Digest;
    let mut file = serde_json::to_value(plan).unwrap();
    file.as_object_mut().unwrap().remove("digest");
    file.sort_all_objects();
    let digest = sha2::Sha256::digest(file.to_string().as_bytes());
    let digest = digest.iter().map(|byte| format!("{byte:02x}"));
    file["digest"] = json!(digest.collect::<String>());
    let unchanged = SavedPlan::read(&file.to_string(), env!("CARGO_PKG_VERSION"));
    assert!(!matches!(unchanged, Err(saved::NotAPlan::Torn(_))));
    file.to_string()
}

#[test]
fn a_policy_in_another_order_is_the_same_step() {
    let replaced = TEXT.replace(
        "  description: new\n",
        "  path: /app/\n  inlinePolicyMode: additive\n",
    );
    let desired = desired(&replaced);
    let mut world = World::of(&desired);
    world.set("Role/web", "path", Value::Text("/".into()));
    let kept = r#"{"Statement": [{"Action": ["s3:GetObject", "s3:PutObject"], "Effect": "Allow", "Resource": "*"}], "Version": "2012-10-17"}"#;
    let same = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": ["*"], "Action": ["s3:PutObject", "s3:GetObject"]}}"#;
    world.set("Role/web", "inlinePolicies.Kept", observed_policy(kept));
    let plan = saved(&world, &desired);
    world.set("Role/web", "inlinePolicies.Kept", observed_policy(same));
    assert!(saved::moved(&plan.before, &world.live).is_empty());
    assert!(saved::follows(&plan, &world.live));
}

#[test]
fn the_schema_is_that_of_the_files() {
    let schema = saved::plan_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let desired = desired(TEXT);
    for world in [
        drifted(&desired),
        World::of(&desired),
        World::empty(&desired),
    ] {
        let file = serde_json::to_value(saved(&world, &desired)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&file)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let mut file = serde_json::to_value(saved(&drifted(&desired), &desired)).unwrap();
    file["plan"]["changes"][0]["action"] = json!("destroy");
    assert!(!validator.is_valid(&file), "it is no rubber stamp");
}

/// The plans that earlier versions saved, one folder each. They are never written anew: when this fails, what reads them has
/// to learn what the fields that they lack mean.
#[test]
fn plans_of_earlier_versions_are_read() {
    let folder = bless::path("tests/fixtures/plans");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let plan = SavedPlan::read(&text, env!("CARGO_PKG_VERSION"));
        let plan = plan.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(!plan.plan.steps.is_empty());
        read += 1;
    }
    assert!(read >= 3, "only {read} were found");
}
