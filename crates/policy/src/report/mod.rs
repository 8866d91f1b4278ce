//! Reports: a [`crate::Report`] written for people and for programs.
