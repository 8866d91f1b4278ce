//! One call on its way: from Terraform to the provider and back, as raw HTTP/2.
//!
//! Bodies pass as streams that nobody holds, with trailers, status codes and cancellation, whatever the method and its
//! messages are. Only methods that the inspector reads are collected, and they are unary.

use std::num::NonZero;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::http::{request, response};
use hyper::{Request, Response};
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep};

use crate::inspect::{Inspector, Provider};
use crate::launch::{Body, BoxError, Instance};
use crate::message::Message;

/// How long an answer that breaks off may wait for the news that its provider is gone: Terraform then finds its own connection
/// closed, as it does when a provider crashes. Anything else is passed on as the error of this one call.
const NEWS: Duration = Duration::from_millis(250);
/// gRPC's INTERNAL. Terraform shows the message of this one; UNAVAILABLE and CANCELLED have texts of their own.
const INTERNAL: &str = "13";

/// Turns of those that ask the inspector: as many as there are processors. Terraform plans ten resources at a time; more threads
/// than can run would wait for each other with all they hold in memory.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, NonZero::get)));

/// Carries calls of one provider.
#[derive(Clone)]
pub(crate) struct Carrier {
    /// Who it is.
    pub(crate) provider: Arc<Provider>,
    /// Looks at some of them.
    pub(crate) inspector: Arc<dyn Inspector>,
}

impl Carrier {
    /// Whether the provider's schema is known: a connection may then pass without its process.
    pub(crate) fn knows_schema(&self) -> bool {
        ["GetProviderSchema", "GetSchema"].iter().any(|method| self.inspector.known(&self.provider, method).is_some())
    }

    /// Answers a call whose answer is known. Gives the call back when it is not.
    ///
    /// # Errors
    /// The call broke off.
    pub(crate) async fn answer_known(
        &self,
        call: Request<Incoming>,
    ) -> Result<Result<Response<Body>, Request<Incoming>>, BoxError> {
        let Some(answer) = self.inspector.known(&self.provider, method(&call)) else { return Ok(Err(call)) };
        call.into_body().collect().await?;
        Ok(Ok(success(&answer)))
    }

    /// Passes one call on to `instance` and answers with what comes back.
    ///
    /// # Errors
    /// The call broke off.
    pub(crate) async fn carry(&self, instance: &Instance, call: Request<Incoming>) -> Result<Response<Body>, BoxError> {
        let method = method(&call).to_owned();
        if !self.inspector.reads(&method) {
            let (parts, body) = call.into_parts();
            let answer = send(instance, parts, body.map_err(BoxError::from).boxed_unsync()).await?;
            return Ok(answer.map(|body| Carried { body, broken: None }.boxed_unsync()));
        }
        let (parts, body) = call.into_parts();
        let body = body.collect().await?.to_bytes();
        match self.inspected(instance, &method, parts, body).await {
            Ok(answer) => Ok(answer),
            Err(Stop::Broken(error)) => Err(error),
            // A call that cannot be judged is not let through.
            Err(Stop::Unread(why)) => {
                Ok(failure(&format!("parapet guard cannot read {method} of {}: {why}", self.provider.source)))
            }
        }
    }

    async fn inspected(
        &self,
        instance: &Instance,
        method: &str,
        parts: request::Parts,
        body: Bytes,
    ) -> Result<Response<Body>, Stop> {
        let request = Message::read(&body, &parts.headers)?.content;
        let instead = self
            .ask(method, &request, |inspector, provider, method, request| inspector.request(provider, method, request));
        if let Some(answer) = instead.await? {
            return Ok(success(&answer));
        }
        let answer = send(instance, parts, whole(body)).await?;
        let (parts, body) = answer.into_parts();
        let collected = match body.collect().await {
            Ok(collected) => collected,
            Err(error) => {
                sleep(NEWS).await;
                return Err(Stop::Broken(error.into()));
            }
        };
        let trailers = collected.trailers().cloned();
        let body = collected.to_bytes();
        // Anything but a success has no message, and passes.
        let Some(trailers) = trailers.filter(|trailers| trailers.get("grpc-status").is_some_and(|code| code == "0"))
        else {
            return Ok(rebuilt(parts, body, None));
        };
        let message = Message::read(&body, &parts.headers)?;
        let content = message.content.clone();
        let judged = self.ask(method, &request, move |inspector, provider, method, request| {
            inspector.response(provider, method, request, content)
        });
        let judged = judged.await?;
        let body = if judged == message.content { body } else { Message::frame(&judged) };
        Ok(rebuilt(parts, body, Some(trailers)))
    }

    /// Asks the inspector, when it is its turn, on a thread that may block.
    async fn ask<T: Send + 'static>(
        &self,
        method: &str,
        request: &Bytes,
        question: impl FnOnce(&dyn Inspector, &Provider, &str, &Bytes) -> T + Send + 'static,
    ) -> Result<T, Stop> {
        let (this, method, request) = (self.clone(), method.to_owned(), request.clone());
        let turn = TURNS.acquire().await.map_err(|error| Stop::Unread(error.to_string()))?;
        let answer = tokio::task::spawn_blocking(move || {
            let _until_it_is_answered = turn;
            question(&*this.inspector, &this.provider, &method, &request)
        });
        answer.await.map_err(|error| Stop::Unread(format!("judging it failed: {error}")))
    }
}

/// Why an inspected call has no answer.
enum Stop {
    Broken(BoxError),
    Unread(String),
}

impl From<String> for Stop {
    fn from(why: String) -> Self {
        Self::Unread(why)
    }
}

impl From<BoxError> for Stop {
    fn from(error: BoxError) -> Self {
        Self::Broken(error)
    }
}

/// The name of the method, without that of its service.
pub(crate) fn method<B>(call: &Request<B>) -> &str {
    call.uri().path().rsplit('/').next().unwrap_or_default()
}

async fn send(instance: &Instance, parts: request::Parts, body: Body) -> Result<Response<Incoming>, BoxError> {
    let mut client = instance.client();
    let answer = async {
        client.ready().await?;
        client.send_request(Request::from_parts(parts, body)).await
    };
    match answer.await {
        Ok(answer) => Ok(answer),
        Err(error) => {
            sleep(NEWS).await;
            Err(error.into())
        }
    }
}

fn whole(body: Bytes) -> Body {
    Full::new(body).map_err(|never| match never {}).boxed_unsync()
}

fn rebuilt(mut parts: response::Parts, body: Bytes, trailers: Option<HeaderMap>) -> Response<Body> {
    parts.headers.remove(CONTENT_LENGTH);
    let body = match trailers {
        Some(trailers) => Full::new(body).with_trailers(std::future::ready(Some(Ok(trailers)))).boxed_unsync(),
        None => Full::new(body).boxed_unsync(),
    };
    Response::from_parts(parts, body.map_err(|never| match never {}).boxed_unsync())
}

/// An answer of the guard's own.
pub(crate) fn success(message: &Bytes) -> Response<Body> {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    rebuilt(grpc(), Message::frame(message), Some(trailers))
}

/// An error of the guard's own. Terraform prints it with the call that failed.
pub(crate) fn failure(message: &str) -> Response<Body> {
    let mut parts = grpc();
    parts.headers.insert("grpc-status", HeaderValue::from_static(INTERNAL));
    // gRPC wants everything but printable ASCII percent-encoded.
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'%';
    let encoded: String = message
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    if let Ok(message) = HeaderValue::try_from(encoded) {
        parts.headers.insert("grpc-message", message);
    }
    rebuilt(parts, Bytes::new(), None)
}

fn grpc() -> response::Parts {
    let (mut parts, ()) = Response::new(()).into_parts();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    parts
}

/// The body of an answer. One that breaks off waits for [`NEWS`].
struct Carried {
    body: Incoming,
    broken: Option<(Pin<Box<Sleep>>, Option<hyper::Error>)>,
}

impl hyper::body::Body for Carried {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            if let Some((wait, error)) = &mut self.broken {
                return wait.as_mut().poll(cx).map(|()| error.take().map(|error| Err(error.into())));
            }
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Err(error))) => self.broken = Some((Box::pin(sleep(NEWS)), Some(error))),
                Poll::Ready(frame) => return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from))),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
