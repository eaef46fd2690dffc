//! From manifest entries to what should be: names, references, rules that span resources.
