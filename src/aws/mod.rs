//! The wire wing: implements the cloud port over HTTP.
