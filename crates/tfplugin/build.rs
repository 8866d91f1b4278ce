//! Compiles the protocol definitions; `protox` stands in for `protoc`, so that nothing needs installing.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Of Terraform's calls, those not served answer UNIMPLEMENTED.
    for (proto, stubs) in [("proto/tfplugin6.proto", true), ("proto/plugin.proto", false)] {
        println!("cargo::rerun-if-changed={proto}");
        tonic_prost_build::configure()
            .build_client(true)
            .generate_default_stubs(stubs)
            .bytes(".tfplugin6.DynamicValue")
            .compile_fds(protox::compile([proto], ["proto"])?)?;
    }
    Ok(())
}
