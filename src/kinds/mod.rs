//! The kinds of resources: everything the tool knows about each, one file per kind.
