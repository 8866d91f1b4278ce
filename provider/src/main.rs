//! The provider process that Terraform starts.

use std::process::ExitCode;

fn main() -> ExitCode {
    tfplugin::server::serve(terraform_provider_parapet::Parapet)
}
