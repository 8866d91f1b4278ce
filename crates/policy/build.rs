//! The packs are compiled into the library: rebuild when a policy is added, changed or removed.

fn main() {
    println!("cargo::rerun-if-changed=../../policies");
}
