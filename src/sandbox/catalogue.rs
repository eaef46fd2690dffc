//! What every region of the sandbox offers for a launch. It cannot be changed, so it is not part of the world.

pub(crate) const IMAGE: &str = "ami-11aa22bb";
pub(crate) const KEY_PAIR: &str = "my-key-pair";
pub(crate) const SECURITY_GROUP: &str = "my-security-group";
pub(crate) const SECURITY_GROUP_ID: &str = "sg-1a2b3c4d";
pub(crate) const SUBNET: &str = "subnet-1a2b3c4d";
/// The VPC of the subnet.
pub(crate) const VPC: &str = "vpc-1a2b3c4d";
/// Instances that one region holds at most, in place of EC2's quota of vCPUs.
pub(crate) const INSTANCES_PER_REGION: usize = 256;
