//! crates/tfplugin-derive
