//! What of a world is not the stack's: nobody may touch it.

use rolewright::sandbox::{Tags, World};
use serde_json::Value;

use crate::stories::Story;

/// The tag that says whose a resource is.
const OWNER: &str = "rolewright:stack";

/// The statements that the stories put in policies of buckets, which have no tags.
const OUR_STATEMENTS: [&str; 2] = ["DenyOneUploader", "DenyBob"];

/// The world without a story's resources and associations, settled.
pub(crate) fn of(world: &World, story: &Story) -> World {
    let stack = story.example;
    let mut world = world.clone();
    world.settle();
    let foreign = |tags: &Tags| tags.get(OWNER).is_none_or(|owner| owner != stack);
    world.iam.roles.retain(|_, role| foreign(&role.tags));
    let profiles = &mut world.iam.instance_profiles;
    profiles.retain(|_, profile| foreign(&profile.tags));
    for region in world.regions.values_mut() {
        region.instances.retain(|_, it| foreign(&it.tags));
        let associations = &mut region.associations;
        associations.retain(|_, it| !story.instances.contains(&it.instance.as_str()));
    }
    for bucket in world.buckets.values_mut() {
        bucket.policy = bucket
            .policy
            .take()
            .and_then(|policy| without_ours(&policy));
    }
    world
}

/// A bucket's policy without the statements of the stories, `None` when nothing is left. That the rest stays byte
/// for byte is a matter of other tests: here both sides are written anew.
fn without_ours(policy: &str) -> Option<String> {
    let mut policy: Value = serde_json::from_str(policy).expect("a bucket's policy is JSON");
    let statements = policy["Statement"]
        .as_array_mut()
        .expect("a list of statements");
    statements.retain(|it| !OUR_STATEMENTS.iter().any(|ours| it["Sid"] == **ours));
    let nothing_left = statements.is_empty();
    (!nothing_left).then(|| policy.to_string())
}
