//! Calls through the guard to a provider in this process.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as HttpBody, Frame};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::header::{HeaderMap, HeaderValue};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::*;
use crate::inspect::{Inspector, Provider};
use crate::message::Message;
use crate::saved::{Names, Sparing};

const MIB: usize = 1 << 20;
/// A provider whose schema was seen before.
const KNOWN: &str = "example.com/a/known";

/// A body whose frames come from a channel.
struct Frames(mpsc::Receiver<Frame<Bytes>>);

impl HttpBody for Frames {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.0.poll_recv(cx).map(|frame| frame.map(Ok))
    }
}

fn frames() -> (mpsc::Sender<Frame<Bytes>>, Body) {
    let (sender, receiver) = mpsc::channel(1);
    (sender, Frames(receiver).boxed_unsync())
}

fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

fn ending(code: &'static str, detail: &'static str) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static(code));
    trailers.insert("x-detail-bin", HeaderValue::from_static(detail));
    trailers
}

/// What the provider noticed.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    sent: AtomicUsize,
    abandoned: AtomicBool,
    called: AtomicUsize,
    die: tokio::sync::Notify,
}

/// A provider that answers as the method's name says.
async fn answer(seen: Arc<Seen>, call: Request<Incoming>) -> Result<Response<Body>, BoxError> {
    let (sender, body) = frames();
    let name = method(&call).to_owned();
    match name.as_str() {
        "Echo" => {
            assert_eq!(call.headers()["te"], "trailers");
            assert_eq!(call.headers()["x-asked"], "yes");
            let mut asked = call.into_body();
            tokio::spawn(async move {
                while let Some(Ok(frame)) = asked.frame().await {
                    sender.send(frame).await.unwrap();
                }
                sender.send(Frame::trailers(ending("0", "ZWNobw"))).await.unwrap();
            });
        }
        "Large" => {
            tokio::spawn(async move {
                let part = Bytes::from(vec![7; MIB]);
                for _ in 0..100 {
                    if sender.send(Frame::data(part.clone())).await.is_err() {
                        seen.abandoned.store(true, Ordering::SeqCst);
                        return;
                    }
                    seen.sent.fetch_add(MIB, Ordering::SeqCst);
                }
                sender.send(Frame::trailers(ending("0", "bGFyZ2U"))).await.unwrap();
            });
        }
        "Late" => {
            tokio::spawn(async move {
                sender.send(Frame::data(Bytes::from_static(b"so far"))).await.unwrap();
                sender.send(Frame::trailers(ending("9", "bGF0ZQ"))).await.unwrap();
            });
        }
        "Unimplemented" => {
            let mut response = Response::new(whole(""));
            *response.headers_mut() = ending("12", "bm8");
            response.headers_mut().insert("grpc-message", HeaderValue::from_static("no such method"));
            return Ok(response);
        }
        "Judged" => {
            seen.called.fetch_add(1, Ordering::SeqCst);
            let asked = call.into_body().collect().await?.to_bytes();
            tokio::spawn(async move {
                sender.send(Frame::data(asked)).await.unwrap();
                sender.send(Frame::trailers(ending("0", "anVkZ2Vk"))).await.unwrap();
            });
        }
        "Die" => {
            seen.die.notify_one();
            return std::future::pending().await;
        }
        "StreamStdio" => {
            // Open for as long as the plugin lives.
            tokio::spawn(async move {
                sleep(Duration::from_secs(60)).await;
                drop(sender);
            });
        }
        other => panic!("{other}"),
    }
    Ok(Response::new(body))
}

/// Denies requests that say so, and signs answers.
struct Judge;

impl Inspector for Judge {
    fn reads(&self, method: &str) -> bool {
        method == "Judged"
    }

    fn known(&self, provider: &Provider, method: &str) -> Option<Bytes> {
        (provider.source == KNOWN && method == "GetSchema").then(|| Bytes::from_static(b"schema"))
    }

    fn known_of(&self, provider: &Provider, method: &str, names: &Names) -> Option<Bytes> {
        self.known(provider, method).filter(|_| names.contains("a_thing")).map(|schema| schema.slice(..3))
    }

    fn request(&self, provider: &Provider, method: &str, request: &Bytes) -> Option<Bytes> {
        assert_eq!((provider.source.as_str(), method), ("example.com/a/b", "Judged"));
        assert_ne!(request, "panic");
        (request == "deny").then(|| Bytes::from_static(b"denied"))
    }

    fn response(&self, _: &Provider, _: &str, request: &Bytes, response: Bytes) -> Bytes {
        assert_eq!(request, &response);
        if response == "sign" { Bytes::from_static(b"signed") } else { response }
    }
}

/// The guard in front of the provider.
struct Guarded {
    seen: Arc<Seen>,
    socket: std::path::PathBuf,
    /// The same for who shows a plan with a thing in it.
    sparing: std::path::PathBuf,
    _directory: TempDir,
    _end: watch::Sender<bool>,
}

impl Guarded {
    fn start() -> Self {
        Self::of("example.com/a/b")
    }

    fn of(source: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (real, socket) = (directory.path().join("real"), directory.path().join("guard"));
        let seen = Arc::new(Seen::default());
        let listener = UnixListener::bind(&real).unwrap();
        let provider = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                provider.connections.fetch_add(1, Ordering::SeqCst);
                let seen = Arc::clone(&provider);
                tokio::spawn(async move {
                    let calls = Arc::clone(&seen);
                    let service = service_fn(move |call| answer(Arc::clone(&calls), call));
                    let mut server = Builder::new(TokioExecutor::new());
                    let connection = server.auto_date_header(false).serve_connection(TokioIo::new(stream), service);
                    tokio::select! {
                        _ = connection => {}
                        () = seen.die.notified() => {}
                    }
                });
            }
        });
        let provider = Provider { source: source.to_owned(), version: "1.0.0".to_owned(), protocol: 6 };
        let carrier = Carrier { provider: Arc::new(provider), inspector: Arc::new(Judge) };
        let origin = Origin::Attached(Address::Unix(real));
        let mut names = Names::default();
        names.add(b"a_thing");
        let sparing = Carrier { inspector: Arc::new(Sparing { inspector: Arc::new(Judge), names }), ..carrier.clone() };
        let plugin = Arc::new(Plugin::new(carrier, origin, None, Arc::new(watch::Sender::new(0))));
        let end = watch::Sender::new(false);
        tokio::spawn(Arc::clone(&plugin).serve(UnixListener::bind(&socket).unwrap(), end.subscribe()));
        let beside = directory.path().join("beside");
        tokio::spawn(plugin.serve_with(sparing, UnixListener::bind(&beside).unwrap(), end.subscribe()));
        Self { seen, socket, sparing: beside, _directory: directory, _end: end }
    }

    async fn connect(&self) -> SendRequest<Body> {
        Self::connect_to(&self.socket).await
    }

    async fn connect_to(socket: &std::path::Path) -> SendRequest<Body> {
        let stream = UnixStream::connect(socket).await.unwrap();
        let (client, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        client
    }

    async fn call(&self, method: &str, body: Body) -> Response<Incoming> {
        self.connect().await.send_request(request(method, body)).await.unwrap()
    }
}

fn request(method: &str, body: Body) -> Request<Body> {
    let request = Request::post(format!("http://unused/tfplugin6.Provider/{method}"));
    request.header("te", "trailers").header("x-asked", "yes").body(body).unwrap()
}

async fn next(body: &mut Incoming) -> Frame<Bytes> {
    timeout(Duration::from_secs(10), body.frame()).await.unwrap().unwrap().unwrap()
}

#[tokio::test]
async fn streams_pass_both_ways_at_once_with_trailers() {
    let (sender, body) = frames();
    let guarded = Guarded::start();
    let send = sender.send(Frame::data(Bytes::from_static(b"one")));
    let (answer, sent) = tokio::join!(guarded.call("Echo", body), send);
    sent.unwrap();
    let mut answer = answer.into_body();
    assert_eq!(next(&mut answer).await.into_data().unwrap(), "one");
    // The second message is sent only after the answer to the first.
    sender.send(Frame::data(Bytes::from_static(b"two"))).await.unwrap();
    assert_eq!(next(&mut answer).await.into_data().unwrap(), "two");
    drop(sender);
    assert_eq!(next(&mut answer).await.into_trailers().unwrap(), ending("0", "ZWNobw"));
    assert!(answer.frame().await.is_none());
}

#[tokio::test]
async fn status_codes_pass_whether_they_come_first_or_last() {
    let guarded = Guarded::start();
    let answer = guarded.call("Unimplemented", whole(Message::frame(&Bytes::new()))).await;
    assert_eq!((answer.headers()["grpc-status"].as_bytes(), answer.headers().get("date")), (&b"12"[..], None));
    assert_eq!(answer.headers()["grpc-message"], "no such method");
    assert!(answer.into_body().collect().await.unwrap().to_bytes().is_empty());

    let answer = guarded.call("Late", whole("")).await.into_body().collect().await.unwrap();
    assert_eq!(answer.trailers(), Some(&ending("9", "bGF0ZQ")));
    assert_eq!(answer.to_bytes(), "so far");
}

#[tokio::test]
async fn a_hundred_mebibytes_pass_without_being_held() {
    let guarded = Guarded::start();
    let mut answer = guarded.call("Large", whole("")).await.into_body();
    // Nobody reads yet: what is under way is bounded by the windows of both connections.
    sleep(Duration::from_millis(500)).await;
    let sent = guarded.seen.sent.load(Ordering::SeqCst);
    assert!(sent < 16 * MIB, "{sent} bytes are held");
    let mut received = 0;
    let trailers = loop {
        match next(&mut answer).await.into_data() {
            Ok(data) => received += data.len(),
            Err(frame) => break frame.into_trailers().unwrap(),
        }
    };
    assert_eq!((received, trailers), (100 * MIB, ending("0", "bGFyZ2U")));
}

#[tokio::test]
async fn a_call_that_is_abandoned_is_abandoned_at_the_provider() {
    let guarded = Guarded::start();
    let mut client = guarded.connect().await;
    let answer = client.send_request(request("Large", whole(""))).await.unwrap();
    drop(answer);
    for _ in 0..100 {
        if guarded.seen.abandoned.load(Ordering::SeqCst) {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("the provider goes on");
}

#[tokio::test]
async fn what_is_judged_is_answered_changed_or_left() {
    let guarded = Guarded::start();
    for (asked, answered, detail) in [("leave", "leave", true), ("sign", "signed", true), ("deny", "denied", false)] {
        let answer = guarded.call("Judged", whole(Message::frame(&asked.into()))).await;
        let answer = answer.into_body().collect().await.unwrap();
        let trailers = answer.trailers().unwrap().clone();
        assert_eq!((trailers["grpc-status"].as_bytes(), trailers.contains_key("x-detail-bin")), (&b"0"[..], detail));
        assert_eq!(answer.to_bytes(), Message::frame(&answered.into()), "{asked}");
    }
    assert_eq!(guarded.seen.called.load(Ordering::SeqCst), 2, "what is denied never reaches the provider");
}

#[tokio::test]
async fn a_call_that_cannot_be_judged_is_refused() {
    let guarded = Guarded::start();
    for body in [Bytes::from_static(b"no frame"), Message::frame(&"panic".into())] {
        let answer = guarded.call("Judged", whole(body)).await;
        assert_eq!(answer.headers()["grpc-status"], "13");
        let message = answer.headers()["grpc-message"].to_str().unwrap();
        assert!(message.starts_with("parapet guard cannot read Judged of example.com/a/b: "), "{message}");
    }
    assert_eq!(guarded.seen.called.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn each_connection_has_a_provider_of_its_own() {
    let guarded = Guarded::start();
    // go-plugin looks whether anybody listens, and leaves: no reason to start anything.
    drop(UnixStream::connect(&guarded.socket).await.unwrap());
    for connections in 1..=2 {
        let mut client = guarded.connect().await;
        for _ in 0..2 {
            client.send_request(request("Late", whole(""))).await.unwrap();
        }
        assert_eq!(guarded.seen.connections.load(Ordering::SeqCst), connections);
    }
}

#[tokio::test]
async fn what_is_known_is_answered_without_a_provider() {
    let guarded = Guarded::of(KNOWN);
    let mut client = guarded.connect().await;
    let stdio = Request::post("http://unused/plugin.GRPCStdio/StreamStdio").body(whole("")).unwrap();
    let stdio = client.send_request(stdio);
    let mut asker = client.clone();
    let answer = asker.send_request(request("GetSchema", whole(Message::frame(&Bytes::new())))).await.unwrap();
    let answer = answer.into_body().collect().await.unwrap();
    assert_eq!(answer.trailers().unwrap()["grpc-status"], "0");
    assert_eq!(answer.to_bytes(), Message::frame(&"schema".into()));
    assert_eq!(guarded.seen.connections.load(Ordering::SeqCst), 0);
    // The first call that needs a provider gets one, and so do the services that waited for it.
    asker.send_request(request("Late", whole(""))).await.unwrap();
    timeout(Duration::from_secs(10), stdio).await.unwrap().unwrap();
    assert_eq!(guarded.seen.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn who_shows_a_plan_gets_what_it_names_and_nobody_else_gets_less() {
    let guarded = Guarded::of(KNOWN);
    for (socket, schema) in [(&guarded.sparing, "sch"), (&guarded.socket, "schema"), (&guarded.sparing, "sch")] {
        let mut client = Guarded::connect_to(socket).await;
        let answer = client.send_request(request("GetSchema", whole(Message::frame(&Bytes::new())))).await.unwrap();
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), Message::frame(&schema.into()));
    }
    // Everything else passes as ever.
    let answer = Guarded::connect_to(&guarded.sparing).await.send_request(request("Late", whole(""))).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "so far");
}

#[tokio::test]
async fn a_provider_that_dies_closes_the_connection_and_is_not_replaced_behind_it() {
    let guarded = Guarded::start();
    let mut client = guarded.connect().await;
    let stdio = Request::post("http://unused/plugin.GRPCStdio/StreamStdio").body(whole("")).unwrap();
    let _open = client.send_request(stdio).await.unwrap();
    let broken = client.send_request(request("Die", whole(""))).await.unwrap_err();
    assert!(!format!("{broken:?}").contains("INTERNAL_ERROR"), "gRPC takes that for another error: {broken:?}");
    // gRPC connects again and repeats its question.
    let refused =
        timeout(Duration::from_secs(5), guarded.connect().await.send_request(request("Late", whole("")))).await;
    assert!(refused.unwrap().is_err());
    // A new configuration begins as every plugin's host does.
    let mut client = guarded.connect().await;
    let stdio = Request::post("http://unused/plugin.GRPCStdio/StreamStdio").body(whole("")).unwrap();
    client.send_request(stdio).await.unwrap();
    assert!(client.send_request(request("Late", whole(""))).await.is_ok());
}
