//! What of a world is not the stack's: nobody may touch it.

use rolewright::sandbox::{Tags, World};

use crate::stories::Story;

/// The tag that says whose a resource is.
const OWNER: &str = "rolewright:stack";

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
    world
}
