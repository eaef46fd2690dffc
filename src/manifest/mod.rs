//! YAML manifests: files to entries with places. Knows YAML, not AWS.
