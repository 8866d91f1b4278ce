//! crates/tfplugin
