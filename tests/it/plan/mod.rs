//! Stories about plans: a declaration, a world that matches it, one change, and the whole plan that follows.

mod associations;
mod bucket_denies;
mod creating;
mod drift;
mod drifting;
mod guards;
mod handover;
mod instances;
mod lock_out;
mod meanwhile;
mod ownership;
mod policies;
mod profiles;
mod properties;
mod refusals;
mod removing;
mod replacing;
mod selecting;
mod targeting;
mod user_policies;

use rolewright::model::Value;

/// The setup of the EC2 user guide.
pub(crate) const S3ACCESS: &str = r#"
kind: Role
metadata: {name: s3access}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  inlinePolicies:
    S3-Permissions:
      Version: "2012-10-17"
      Statement: [{Effect: Allow, Action: ["s3:Get*", "s3:List*"], Resource: ["*"]}]
---
kind: InstanceProfile
metadata: {name: s3access-profile}
spec: {role: s3access}
---
kind: InstanceAssociation
metadata: {name: web}
spec: {instanceProfile: s3access-profile, instances: {ids: [i-1a2b3c4d]}}
"#;

/// The association of [`S3ACCESS`].
const WEB: &str = "InstanceAssociation/web[i-1a2b3c4d]";

/// A text as a value.
fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
