//! Running a program with a time limit, and saying readably what it did.

use std::fmt;
use std::io::{self, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How long a program that has ended may leave its output open before what it left behind is killed.
const LINGER: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(5);

/// A program under way, in a process group of its own.
#[derive(Debug)]
pub struct Running {
    shown: String,
    child: Child,
    stdout: Pipe,
    stderr: Pipe,
    started: Instant,
    limit: Duration,
}

/// What a program did.
#[derive(Debug, Clone)]
pub struct Run {
    /// The command line, for a person.
    pub shown: String,
    /// How it ended.
    pub status: ExitStatus,
    /// Everything it wrote to standard output.
    pub stdout: String,
    /// Everything it wrote to standard error.
    pub stderr: String,
    /// Whether it was killed because its time was up.
    pub timed_out: bool,
    /// Whether it ended and left processes behind that still held its output. They were killed.
    pub left_processes: bool,
    /// Wall time from start to end.
    pub elapsed: Duration,
}

/// Starts `command` with no input and its output captured.
///
/// # Errors
/// The program cannot be started.
pub fn start(mut command: Command, limit: Duration) -> io::Result<Running> {
    let shown = shown(&command);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|e| io::Error::new(e.kind(), format!("cannot start `{shown}`: {e}")))?;
    let stdout = Pipe::read(child.stdout.take());
    let stderr = Pipe::read(child.stderr.take());
    Ok(Running { shown, child, stdout, stderr, started: Instant::now(), limit })
}

/// Runs `command` to its end; after `limit` its whole process group is killed.
///
/// # Errors
/// The program cannot be started or waited for.
pub fn run(command: Command, limit: Duration) -> io::Result<Run> {
    start(command, limit)?.wait()
}

impl Running {
    /// Sends Ctrl-C as a terminal does: to the whole process group, providers included.
    ///
    /// # Errors
    /// The group is gone already.
    pub fn interrupt(&self) -> io::Result<()> {
        Ok(kill_process_group(self.group()?, Signal::INT)?)
    }

    /// Waits until standard output or error contains `text`.
    ///
    /// # Errors
    /// The program ended, or its time was up, without ever writing it.
    pub fn wait_for(&mut self, text: &str) -> io::Result<()> {
        loop {
            let ended = self.child.try_wait()?.is_some() && self.stdout.ended() && self.stderr.ended();
            if self.stdout.text().contains(text) || self.stderr.text().contains(text) {
                return Ok(());
            }
            if ended || self.started.elapsed() > self.limit {
                let said = format!("{}{}", self.stdout.text(), self.stderr.text());
                return Err(io::Error::other(format!("`{}` never wrote {text:?}. It wrote:\n{said}", self.shown)));
            }
            thread::sleep(POLL);
        }
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// The operating system cannot tell how the program ended.
    pub fn wait(mut self) -> io::Result<Run> {
        let mut timed_out = false;
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if self.started.elapsed() > self.limit {
                timed_out = true;
                self.kill();
                break self.child.wait()?;
            }
            thread::sleep(POLL);
        };
        let elapsed = self.started.elapsed();
        let ended = Instant::now();
        while !(self.stdout.ended() && self.stderr.ended()) && ended.elapsed() < LINGER {
            thread::sleep(POLL);
        }
        let left_processes = !(self.stdout.ended() && self.stderr.ended());
        if left_processes {
            self.kill();
        }
        Ok(Run {
            shown: self.shown.clone(),
            status,
            stdout: self.stdout.finish(),
            stderr: self.stderr.finish(),
            timed_out,
            left_processes,
            elapsed,
        })
    }

    fn group(&self) -> io::Result<Pid> {
        i32::try_from(self.child.id())
            .ok()
            .and_then(Pid::from_raw)
            .ok_or_else(|| io::Error::other("the program has no process id"))
    }

    fn kill(&self) {
        if let Ok(group) = self.group() {
            // An error means that nothing is left to kill.
            let _gone = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Running {
    /// A test that fails half-way leaves nothing running.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.kill();
            let _reaped = self.child.wait();
        }
    }
}

impl Run {
    /// Fails the test, showing everything, unless the program ended with `code`.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert!(!self.timed_out, "timed out\n{self}");
        assert!(self.status.code() == Some(code), "expected exit code {code}\n{self}");
        self
    }

    /// [`exits`](Self::exits) with 0.
    ///
    /// # Panics
    /// When the program failed.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        self.exits(0)
    }

    /// [`exits`](Self::exits) with 1, as Terraform does after an error.
    ///
    /// # Panics
    /// When the program succeeded, or failed in another way.
    #[track_caller]
    pub fn fails(self) -> Self {
        self.exits(1)
    }

    /// Fails the test unless the output contains `text`, however Terraform wrapped and framed it.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.said(text), "expected the output to say {text:?}\n{self}");
        self
    }

    /// Fails the test if the output contains `text`.
    ///
    /// # Panics
    /// When it does.
    #[track_caller]
    pub fn never_says(self, text: &str) -> Self {
        assert!(!self.said(text), "expected the output not to say {text:?}\n{self}");
        self
    }

    /// Whether the output contains `text`, compared without line breaks, frames and runs of blanks.
    #[must_use]
    pub fn said(&self, text: &str) -> bool {
        let text = flowing(text);
        flowing(&self.stdout).contains(&text) || flowing(&self.stderr).contains(&text)
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ {}", self.shown)?;
        writeln!(f, "{} after {:.1} s", self.status, self.elapsed.as_secs_f64())?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(f, "--- {name}\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}

/// Text as one line: Terraform wraps at the width of a terminal it does not have and draws a frame on the left.
fn flowing(text: &str) -> String {
    text.split_whitespace().filter(|word| !matches!(*word, "│" | "╷" | "╵")).collect::<Vec<_>>().join(" ")
}

fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A pipe read to its end on a thread of its own.
#[derive(Debug)]
struct Pipe {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Pipe {
    fn read(from: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let Some(mut from) = from else { return };
            let mut chunk = [0; 8192];
            while let Ok(read @ 1..) = from.read(&mut chunk) {
                lock(&sink).extend(chunk.iter().take(read));
            }
        });
        Self { bytes, reader }
    }

    fn ended(&self) -> bool {
        self.reader.is_finished()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&lock(&self.bytes)).into_owned()
    }

    /// What was read. A process outside the killed group may hold the pipe open; it is not waited for.
    fn finish(&self) -> String {
        let killed = Instant::now();
        while !self.ended() && killed.elapsed() < LINGER {
            thread::sleep(POLL);
        }
        self.text()
    }
}

fn lock(bytes: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    bytes.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> Run {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, limit).unwrap()
    }

    #[test]
    fn captures_output_and_exit_code() {
        let run = shell("echo out; echo err >&2; exit 7", Duration::from_secs(20)).exits(7);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("out\n", "err\n"));
        assert!(!run.left_processes);
    }

    #[test]
    fn kills_the_whole_group_when_time_is_up() {
        let run = shell("sleep 60 & echo $!; sleep 60", Duration::from_millis(300));
        assert!(run.timed_out);
        let orphan = run.stdout.trim().parse().ok().and_then(Pid::from_raw).unwrap();
        let gone = (0..200).any(|_| {
            thread::sleep(POLL);
            let state = std::fs::read_to_string(format!("/proc/{}/stat", orphan.as_raw_nonzero()));
            state.map_or(true, |state| state.contains(") Z "))
        });
        assert!(gone, "the sleeping grandchild is still alive");
    }

    #[test]
    fn reports_processes_left_behind() {
        let run = shell("sleep 60 &", Duration::from_secs(20)).succeeds();
        assert!(run.left_processes);
        assert!(run.elapsed < LINGER, "waiting for stragglers is not counted as run time");
    }

    #[test]
    fn waits_for_a_line_and_interrupts() {
        let mut command = Command::new("sh");
        command.args(["-c", "trap 'echo stopped; exit 130' INT; echo ready; while :; do sleep 0.05; done"]);
        let mut running = start(command, Duration::from_secs(20)).unwrap();
        running.wait_for("ready").unwrap();
        running.interrupt().unwrap();
        running.wait().unwrap().exits(130).says("stopped");
    }

    #[test]
    fn finds_text_across_wrapped_and_framed_lines() {
        let run = shell("printf '│ storage is not\\n│ encrypted\\n'", Duration::from_secs(20));
        run.says("storage is not encrypted").never_says("storage is encrypted");
    }
}
