//! Interrupts that reach the guard.
//!
//! Terraform stops in two stages: on the first interrupt in order, on the second at once. Ctrl-C in a terminal reaches Terraform
//! by itself, as a member of the terminal's process group, and would count twice if it were passed on. A signal that was sent to
//! the guard alone must be passed on, or nothing stops. Which of both it was shows in what Terraform does.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use tokio::process::Child;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::outcome::Outcome;

/// How long Terraform may take to show that an interrupt reached it: on the first it asks its providers to stop or ends, on the
/// second it ends. A `timeout` in front of the guard signals the whole group as well as the guard, within this time.
const REACTION: Duration = Duration::from_secs(1);

/// Receives the signals that mean an end, and hands them to whoever is concerned.
pub(crate) struct Signals {
    /// The command that runs.
    command: Arc<Mutex<Option<UnboundedSender<Signal>>>>,
    /// Those that came while no command ran.
    idle: Option<UnboundedReceiver<Signal>>,
}

impl Signals {
    /// From now on, none of them ends the guard by itself.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn receive() -> io::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let command = Arc::new(Mutex::new(None::<UnboundedSender<Signal>>));
        let (nobody, idle) = unbounded_channel();
        let current = Arc::clone(&command);
        tokio::spawn(async move {
            loop {
                let received = tokio::select! {
                    Some(()) = interrupt.recv() => Signal::INT,
                    Some(()) = terminate.recv() => Signal::TERM,
                    Some(()) = hangup.recv() => Signal::HUP,
                    else => return,
                };
                let to = current.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if to.is_none_or(|to| to.send(received).is_err()) && nobody.send(received).is_err() {
                    return;
                }
            }
        });
        Ok(Self { command, idle: Some(idle) })
    }

    /// Those for the command that runs from now on, until this receiver is dropped.
    pub(crate) fn begin(&self) -> UnboundedReceiver<Signal> {
        let (sender, receiver) = unbounded_channel();
        *self.command.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    /// One that comes while no command runs calls `end`, and then ends the process.
    pub(crate) fn when_idle<E: Future<Output = ()> + Send>(&mut self, end: impl FnOnce() -> E + Send + 'static) {
        let Some(mut idle) = self.idle.take() else { return };
        tokio::spawn(async move {
            if let Some(received) = idle.recv().await {
                end().await;
                std::process::exit(128_i32.saturating_add(received.as_raw()));
            }
        });
    }
}

/// Waits for a command to end, and sees to it that each signal reaches it once. `stops` counts how often Terraform asked a
/// provider to stop.
///
/// # Errors
/// The system cannot tell how it ended.
pub(crate) async fn wait(
    child: &mut Child,
    interrupts: &mut UnboundedReceiver<Signal>,
    stops: watch::Receiver<u64>,
) -> io::Result<Outcome> {
    let (mut first, before) = (true, *stops.borrow());
    loop {
        let received = tokio::select! {
            status = child.wait() => return status.map(Outcome::from),
            Some(received) = interrupts.recv() => received,
        };
        if !(received == Signal::INT && from_terminal()) {
            tokio::select! {
                status = child.wait() => return status.map(Outcome::from),
                () = sleep(REACTION) => {}
            }
            // A stop that was asked for earlier says nothing about a second signal.
            if !(first && *stops.borrow() > before) {
                pass_on(child, received);
            }
            // The same one, by another way.
            while interrupts.try_recv().is_ok() {}
        }
        first = false;
    }
}

fn pass_on(child: &Child, signal: Signal) {
    if let Some(pid) = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
        // It may have ended in the meantime.
        let _gone = kill_process(pid, signal);
    }
}

/// Whether Ctrl-C reaches the guard, and with it the command, through a terminal.
fn from_terminal() -> bool {
    let terminal = std::fs::File::open("/dev/tty");
    terminal.is_ok_and(|terminal| tcgetpgrp(&terminal).is_ok_and(|group| group == getpgrp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many signals reach a command when one is sent to the guard, and the command shows a reaction or does not.
    async fn counted(reacts: bool) -> Outcome {
        let script = "n=0; trap 'n=$((n+1))' TERM; i=0; while [ $i -lt 40 ]; do sleep 0.1; i=$((i+1)); done; exit $n";
        let mut child = tokio::process::Command::new("sh").args(["-c", script]).spawn().unwrap();
        let signals = Signals::receive().unwrap();
        let mut interrupts = signals.begin();
        let stops = watch::Sender::new(7);
        let receiver = stops.subscribe();
        let own = Pid::from_raw(i32::try_from(std::process::id()).unwrap()).unwrap();
        let send = async {
            sleep(Duration::from_millis(300)).await;
            kill_process(own, Signal::TERM).unwrap();
            if reacts {
                sleep(Duration::from_millis(200)).await;
                stops.send_modify(|stops| *stops += 1);
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            outcome = wait(&mut child, &mut interrupts, receiver) => outcome.unwrap(),
            () = send => unreachable!(),
        }
    }

    #[tokio::test]
    async fn a_signal_to_the_guard_alone_is_passed_on_and_any_other_is_not() {
        assert_eq!(counted(false).await, Outcome::Code(1));
        assert_eq!(counted(true).await, Outcome::Code(0));
    }
}
