//! What holds for every plan, whatever is declared: drawn from a small grammar of stacks and of changes.

use std::fmt::Write;

use proptest::prelude::*;
use rolewright::model::{Action, Address, Desired, Value, kind};
use rolewright::plan::Plan;

use super::text;
use crate::support::{World, desired, observed_policy};

/// One role, with or without a profile, with or without instances that use it.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one independent field is declared"
)]
struct Bundle {
    path: bool,
    description: bool,
    inline: usize,
    attached: usize,
    additive: bool,
    tags: usize,
    profile: bool,
    instances: usize,
}

fn bundle() -> impl Strategy<Value = Bundle> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (flags, 0_usize..3, 0_usize..3, 0_usize..3, 0_usize..3).prop_map(
        |((path, description, additive, profile), inline, attached, tags, instances)| Bundle {
            path,
            description,
            inline,
            attached,
            additive,
            tags,
            profile,
            instances,
        },
    )
}

fn stack() -> impl Strategy<Value = Vec<Bundle>> {
    prop::collection::vec(bundle(), 1..5)
}

fn declared(bundles: &[Bundle]) -> Desired {
    let documents: Vec<String> = bundles
        .iter()
        .enumerate()
        .map(|(n, bundle)| document(n, bundle))
        .collect();
    desired(&documents.join("\n---\n"))
}

fn document(n: usize, bundle: &Bundle) -> String {
    let Bundle {
        path,
        description,
        inline,
        attached,
        additive,
        tags,
        profile,
        instances,
    } = bundle;
    let mut out = format!(
        "kind: Role\nmetadata: {{name: r{n}}}\nspec:\n  trustPolicy: {{services: [ec2.amazonaws.com]}}\n"
    );
    if *path {
        out.push_str("  path: /app/\n");
    }
    if *description {
        out.push_str("  description: text\n");
    }
    if *additive {
        out.push_str("  inlinePolicyMode: additive\n  managedPolicyMode: additive\n");
    }
    let policy = "{Version: \"2012-10-17\", Statement: [{Effect: Allow, Action: [\"s3:*\"], Resource: \"*\"}]}";
    let inline: Vec<String> = (0..*inline).map(|p| format!("p{p}: {policy}")).collect();
    let attached: Vec<String> = (0..*attached)
        .map(|p| format!("\"arn:aws:iam::aws:policy/a{p}\""))
        .collect();
    let tags: Vec<String> = (0..*tags).map(|t| format!("k{t}: v{t}")).collect();
    let _ = write!(
        out,
        "  inlinePolicies: {{{}}}\n  managedPolicies: [{}]\n  tags: {{{}}}\n  instanceProfile: {profile}\n",
        inline.join(", "),
        attached.join(", "),
        tags.join(", ")
    );
    if *profile && *instances > 0 {
        let ids: Vec<String> = (0..*instances)
            .map(|i| format!("i-{n:04x}{i:04x}"))
            .collect();
        let _ = write!(
            out,
            "---\nkind: InstanceAssociation\nmetadata: {{name: w{n}}}\nspec: {{instanceProfile: r{n}, instances: {{ids: [{}]}}}}\n",
            ids.join(", ")
        );
    }
    out.trim_end().to_owned()
}

/// What somebody does by hand to a role or profile of a stack.
#[derive(Debug, Clone, Copy)]
enum Mutation {
    Trust,
    Describe,
    Lengthen,
    Tag,
    Bound,
    Wider,
    Lose,
    Empty,
}

const MUTATIONS: [Mutation; 8] = [
    Mutation::Trust,
    Mutation::Describe,
    Mutation::Lengthen,
    Mutation::Tag,
    Mutation::Bound,
    Mutation::Wider,
    Mutation::Lose,
    Mutation::Empty,
];

/// Does it, and says to which resource.
fn mutate(world: &mut World, n: usize, bundle: &Bundle, mutation: Mutation) -> String {
    let role = format!("Role/r{n}");
    let other =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    match mutation {
        Mutation::Trust => world.set(&role, "trustPolicy", observed_policy(other)),
        Mutation::Describe => world.set(&role, "description", text("by hand")),
        Mutation::Lengthen => world.set(&role, "maxSessionDuration", Value::Number(43_200)),
        Mutation::Tag => world.set(&role, "tags.by", text("hand")),
        Mutation::Bound => world.set(
            &role,
            "permissionsBoundary",
            text("arn:aws:iam::aws:policy/b"),
        ),
        Mutation::Wider if bundle.inline > 0 => {
            world.set(&role, "inlinePolicies.p0", observed_policy(other));
        }
        Mutation::Wider => world.set(&role, "tags.wider", text("x")),
        Mutation::Lose if bundle.attached > 0 => {
            world.unset(&role, "managedPolicies.arn:aws:iam::aws:policy/a0");
        }
        Mutation::Lose => world.set(&role, "description", text("lost")),
        Mutation::Empty if bundle.profile => {
            let profile = format!("InstanceProfile/r{n}");
            world.holds(&profile, None);
            return profile;
        }
        Mutation::Empty => world.set(&role, "tags.empty", text("")),
    }
    role
}

fn effective(plan: &Plan) -> Vec<String> {
    plan.effective()
        .map(|change| change.address.to_string())
        .collect()
}

/// Steps are numbered, and need only earlier ones.
fn check_steps(plan: &Plan) -> Result<(), TestCaseError> {
    for (position, step) in plan.steps.iter().enumerate() {
        prop_assert_eq!(step.id, position);
        for need in &step.needs {
            prop_assert!(*need < step.id, "{} needs a later step", step.title);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_as_declared_needs_nothing(bundles in stack()) {
        let desired = declared(&bundles);
        let plan = World::of(&desired).plan(&desired).unwrap();
        prop_assert!(plan.is_empty() && plan.steps.is_empty(), "{}", crate::support::drawn(&plan));
    }

    #[test]
    fn one_change_by_hand_is_undone_where_it_was_made(
        bundles in stack(),
        at in any::<prop::sample::Index>(),
        mutation in prop::sample::select(&MUTATIONS),
    ) {
        let desired = declared(&bundles);
        let mut world = World::of(&desired);
        let n = at.index(bundles.len());
        let touched = mutate(&mut world, n, &bundles[n], mutation);
        let plan = world.plan(&desired).unwrap();
        prop_assert_eq!(effective(&plan), std::slice::from_ref(&touched));
        prop_assert!(plan.steps.iter().all(|step| step.address.to_string() == touched));
        prop_assert!(!plan.steps.is_empty());
        check_steps(&plan)?;
    }

    #[test]
    fn a_role_made_again_by_hand_touches_it_and_what_hangs_on_it(
        bundles in stack(),
        at in any::<prop::sample::Index>(),
    ) {
        let desired = declared(&bundles);
        let mut world = World::of(&desired);
        let n = at.index(bundles.len());
        world.set(&format!("Role/r{n}"), "path", text("/elsewhere/"));
        let plan = world.plan(&desired).unwrap();
        let mut expected = vec![format!("Role/r{n}")];
        if bundles[n].profile {
            expected.push(format!("InstanceProfile/r{n}"));
            // Instances fetch credentials of the new role when they are associated anew.
            let profile = Address::new(kind::INSTANCE_PROFILE, &format!("r{n}"));
            let users = world.live.resources.iter().filter(|(_, observed)| {
                let mut references = observed.references.iter();
                references.any(|reference| reference.target == profile)
            });
            expected.extend(users.map(|(address, _)| address.to_string()));
        }
        let order = ["Role", "InstanceProfile", "InstanceAssociation"];
        let mut found = effective(&plan);
        found.sort_by_key(|address| {
            let kind = address.split('/').next();
            order.iter().position(|one| Some(*one) == kind)
        });
        prop_assert_eq!(found, expected);
        check_steps(&plan)?;
    }

    #[test]
    fn everything_is_made_once_and_taken_apart_completely(bundles in stack()) {
        let desired = declared(&bundles);
        let plan = World::empty(&desired).plan(&desired).unwrap();
        check_steps(&plan)?;
        let made: Vec<&Address> = plan.steps.iter().filter_map(|step| step.makes.as_ref()).collect();
        let own = desired.resources.keys().filter(|address| address.member.is_none()).count();
        prop_assert_eq!(made.len(), own);
        let mut world = World::of(&desired);
        world.wishes.destroy = true;
        let plan = world.plan(&desired).unwrap();
        check_steps(&plan)?;
        let removed = plan.steps.iter().filter(|step| step.removes.is_some()).count();
        prop_assert_eq!(removed, own);
        prop_assert!(plan.changes.iter().all(|change| matches!(change.action, Action::Delete | Action::Detach)));
    }

    #[test]
    fn equal_input_gives_equal_bytes(bundles in stack()) {
        let json = || {
            let desired = declared(&bundles);
            let plan = World::empty(&desired).plan(&desired).unwrap();
            serde_json::to_string(&plan).unwrap()
        };
        let first = json();
        prop_assert_eq!(&first, &json());
        let read: Plan = serde_json::from_str(&first).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), first);
    }
}
