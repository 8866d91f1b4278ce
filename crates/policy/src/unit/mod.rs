//! Unit tests of rules, written in Rego.
