//! A stand-in for hashicorp/aws that needs no account: it serves the real schemas, plans with what the provider sets unknown,
//! and makes up values at apply. It calls nobody, but a sandbox that `STAND_IN_SANDBOX` names ([`account`]).

mod account;
mod calls;
mod data;
mod plan;
mod policy_document;
mod schemas;

use std::process::ExitCode;

#[expect(clippy::print_stderr, reason = "before the handshake there is no other way to reach the person")]
fn main() -> ExitCode {
    match schemas::Schemas::read(&parapet_tests::stand_in::schema_file()) {
        Ok(schemas) => tfplugin::server::serve_calls(calls::StandIn::new(schemas)),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
