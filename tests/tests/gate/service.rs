//! A service that answers requests, counts them, and fails as often as it is told.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::server::get;

/// One arm of it.
pub(crate) struct Arm {
    pub(crate) port: u16,
}

impl Arm {
    /// Serves until the test process ends; every so many requests one fails.
    pub(crate) fn start(fails_every: u64) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let counts = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counts = Arc::clone(&counts);
                thread::spawn(move || serve(stream, &counts, fails_every));
            }
        });
        Ok(Self { port })
    }

    /// Sends it requests until the test process ends.
    pub(crate) fn load(&self) {
        let port = self.port;
        for _ in 0..4 {
            thread::spawn(move || {
                loop {
                    // A request that is refused by a full machine is one less.
                    let _answer = get(port, "/");
                    thread::sleep(Duration::from_millis(5));
                }
            });
        }
    }
}

fn serve(stream: TcpStream, counts: &[AtomicU64; 2], fails_every: u64) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut request = String::new();
    reader.read_line(&mut request).ok()?;
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    let [requests, errors] = counts;
    let (status, body) = if request.starts_with("GET /metrics ") {
        let (requests, errors) = (requests.load(Ordering::SeqCst), errors.load(Ordering::SeqCst));
        let types = "# TYPE requests_total counter\n# TYPE errors_total counter\n";
        ("200 OK", format!("{types}requests_total {requests}\nerrors_total {errors}\n"))
    } else if requests.fetch_add(1, Ordering::SeqCst) % fails_every == fails_every - 1 {
        errors.fetch_add(1, Ordering::SeqCst);
        ("500 Internal Server Error", String::new())
    } else {
        ("200 OK", String::new())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    (&stream).write_all((head + &body).as_bytes()).ok()
}
