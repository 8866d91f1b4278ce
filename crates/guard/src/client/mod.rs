//! Asking a provider oneself, as Terraform would: for commands that need what a provider reads.
//!
//! A [`Question`] names the program, its configuration and a data source. Arguments are JSON; the provider's own schema says what they
//! become on the wire, so that nothing here knows any provider.

mod call;
mod json;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value as Json};
use tfplugin::proto::tfplugin6 as pb;

use crate::error::LaunchError;
use crate::launch::{Instance, Log, Program};
use crate::watcher::Watcher;

/// What to ask a provider.
#[derive(Debug, Clone)]
pub struct Question {
    /// The provider's program.
    pub program: PathBuf,
    /// Arguments of its provider block; the others are null.
    pub provider: Map<String, Json>,
    /// The data source: `parapet_cost_recommendations`.
    pub data_source: String,
    /// Its arguments; the others are null.
    pub arguments: Map<String, Json>,
}

/// What a provider answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// All attributes of the data source. Numbers keep their digits as far as JSON's do.
    pub attributes: Map<String, Json>,
    /// Its warnings, as sentences.
    pub warnings: Vec<String>,
}

/// Why a provider gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// It cannot be started.
    #[error("the provider {} cannot be started: {source}", program.display())]
    Launch {
        /// The program.
        program: PathBuf,
        /// Why.
        source: LaunchError,
    },
    /// It speaks an old protocol.
    #[error("{} speaks plugin protocol 5; only providers of protocol 6 can be asked", .0.display())]
    Protocol(PathBuf),
    /// Processes, files or the runtime of this side.
    #[error("{doing}: {source}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A call broke.
    #[error("{call} of the provider failed: {message}")]
    Call {
        /// The method.
        call: &'static str,
        /// What is said of it.
        message: String,
    },
    /// It has no such data source, or its schema cannot be read.
    #[error("{0}; is the provider of the same version as this command?")]
    Schema(String),
    /// The provider refuses.
    #[error("{}", .0.join("\n"))]
    Refused(Vec<String>),
}

/// Starts a provider, configures it, reads one data source, and ends it.
///
/// # Errors
/// Any step fails; what the provider says is in the message.
pub fn ask(question: &Question) -> Result<Answer, ClientError> {
    let system = |doing| move |source| ClientError::System { doing, source };
    // The watcher removes it, also when this process is killed.
    let private = tempfile::tempdir().map_err(system("making a directory of its own"))?.keep();
    let watcher = Arc::new(Watcher::start(&private).map_err(system("starting the watcher of the provider"))?);
    let log = Arc::new(Log::from_environment().map_err(system("opening the log file of TF_LOG_PATH"))?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(system("starting the runtime"))?;
    let directory = std::env::current_dir().map_err(system("finding the working directory"))?;
    runtime.block_on(async {
        let program = absolute(&question.program, &directory);
        let launched = Program::new(program.clone(), directory, Arc::clone(&log), watcher).launch().await;
        let instance = launched.map_err(|source| ClientError::Launch { program: program.clone(), source })?;
        let answer = if instance.protocol() == Some(6) {
            converse(&instance, question).await
        } else {
            Err(ClientError::Protocol(program))
        };
        instance.end().await;
        let crashes = log.take_crashes();
        match answer {
            Err(ClientError::Call { call, message }) if !crashes.is_empty() => {
                Err(ClientError::Call { call, message: format!("{message}\n{}", crashes.join("\n")) })
            }
            answer => answer,
        }
    })
}

/// A program beside the working directory is started by its whole path: a bare name would be looked for on PATH.
fn absolute(program: &Path, directory: &Path) -> PathBuf {
    directory.join(program)
}

async fn converse(instance: &Instance, question: &Question) -> Result<Answer, ClientError> {
    let schemas = call::unary::<_, pb::get_provider_schema::Response>(
        instance,
        "GetProviderSchema",
        &pb::get_provider_schema::Request {},
    )
    .await?;
    told(schemas.diagnostics)?;
    let provider = schemas.provider.as_ref().and_then(|it| it.block.as_ref());
    let provider = provider.ok_or_else(|| ClientError::Schema("the provider has no configuration".to_owned()))?;
    let source = schemas.data_source_schemas.get(&question.data_source).and_then(|it| it.block.as_ref());
    let source = source.ok_or_else(|| {
        let name = question.program.display();
        ClientError::Schema(format!("{name} has no data source `{}`", question.data_source))
    })?;

    let configured = call::unary::<_, pb::configure_provider::Response>(
        instance,
        "ConfigureProvider",
        &pb::configure_provider::Request {
            config: Some(schema::encoded(provider, "the provider", &question.provider)?),
            ..Default::default()
        },
    )
    .await?;
    let mut warnings = told(configured.diagnostics)?;

    let config = schema::encoded(source, &question.data_source, &question.arguments)?;
    let checked = call::unary::<_, pb::validate_data_resource_config::Response>(
        instance,
        "ValidateDataResourceConfig",
        &pb::validate_data_resource_config::Request {
            type_name: question.data_source.clone(),
            config: Some(config.clone()),
        },
    )
    .await?;
    warnings.extend(told(checked.diagnostics)?);
    let read = call::unary::<_, pb::read_data_source::Response>(
        instance,
        "ReadDataSource",
        &pb::read_data_source::Request {
            type_name: question.data_source.clone(),
            config: Some(config),
            ..Default::default()
        },
    )
    .await?;
    warnings.extend(told(read.diagnostics)?);
    let attributes = schema::decoded(source, read.state.as_ref())?;
    Ok(Answer { attributes, warnings })
}

/// The warnings among diagnostics.
///
/// # Errors
/// There is an error among them.
fn told(diagnostics: Vec<pb::Diagnostic>) -> Result<Vec<String>, ClientError> {
    let sentence = |it: pb::Diagnostic| {
        let is_error = it.severity() == pb::diagnostic::Severity::Error;
        let text = match (it.summary.trim_end_matches('.'), it.detail.as_str()) {
            (summary, "") => summary.to_owned(),
            (summary, detail) => format!("{summary}: {detail}"),
        };
        (is_error, text)
    };
    let (errors, warnings): (Vec<_>, Vec<_>) =
        diagnostics.into_iter().map(sentence).partition(|(is_error, _)| *is_error);
    let texts = |all: Vec<(bool, String)>| all.into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    if errors.is_empty() { Ok(texts(warnings)) } else { Err(ClientError::Refused(texts(errors))) }
}

/// The size of what is encoded is no concern here: requests are small.
fn bytes_of(message: &impl prost::Message) -> bytes::Bytes {
    message.encode_to_vec().into()
}
