//! Which managed policies AWS itself offers, as far as the sandbox knows: enough to notice a typo.

/// Names below `arn:aws:iam::aws:policy/`, with their paths.
const NAMES: &[&str] = &[
    "AWSCloudTrail_ReadOnlyAccess",
    "AWSCodeDeployFullAccess",
    "AWSLambda_FullAccess",
    "AWSLambda_ReadOnlyAccess",
    "AWSXRayDaemonWriteAccess",
    "AdministratorAccess",
    "AmazonDynamoDBFullAccess",
    "AmazonDynamoDBReadOnlyAccess",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2FullAccess",
    "AmazonEC2ReadOnlyAccess",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonRDSFullAccess",
    "AmazonRDSReadOnlyAccess",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSNSFullAccess",
    "AmazonSQSFullAccess",
    "AmazonSQSReadOnlyAccess",
    "AmazonSSMFullAccess",
    "AmazonSSMManagedInstanceCore",
    "AmazonSSMPatchAssociation",
    "AmazonSSMReadOnlyAccess",
    "AmazonVPCReadOnlyAccess",
    "CloudWatchAgentAdminPolicy",
    "CloudWatchAgentServerPolicy",
    "CloudWatchFullAccess",
    "CloudWatchLogsFullAccess",
    "CloudWatchReadOnlyAccess",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecretsManagerReadWrite",
    "SecurityAudit",
    "job-function/Billing",
    "job-function/SystemAdministrator",
    "job-function/ViewOnlyAccess",
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AmazonEC2ContainerServiceforEC2Role",
    "service-role/AmazonEC2RoleforAWSCodeDeploy",
    "service-role/AmazonEC2RoleforSSM",
    "service-role/AmazonSSMAutomationRole",
];

/// Whether the ARN is that of a managed policy of AWS.
pub(crate) fn is_managed_by_aws(arn: &str) -> bool {
    let name = arn.strip_prefix("arn:aws:iam::aws:policy/");
    name.is_some_and(|name| NAMES.binary_search(&name).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{NAMES, is_managed_by_aws};

    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn a_typo_is_not_a_policy() {
        assert!(is_managed_by_aws(
            "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
        ));
        assert!(is_managed_by_aws(
            "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
        ));
        assert!(!is_managed_by_aws(
            "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcess"
        ));
        assert!(!is_managed_by_aws(
            "arn:aws:iam::123456789012:policy/AmazonS3ReadOnlyAccess"
        ));
    }
}
