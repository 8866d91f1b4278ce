//! Evaluates tests in parallel, each on its own.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use regorus::Value;
use regorus::utils::limits::ExecutionTimerConfig;

use super::coverage::Lines;
use super::discover::Test;
use super::{TestResult, TestStatus, UnitOptions};
use crate::error::EngineError;
use crate::rules::engine_message;

/// Bytes of stack for evaluation, which recurses as deep as rules call each other.
const STACK: usize = 32 * 1024 * 1024;

/// Evaluation steps between two looks at the clock.
const CHECK_INTERVAL: NonZeroU32 = match NonZeroU32::new(100) {
    Some(steps) => steps,
    None => NonZeroU32::MIN,
};

/// What running the tests gave.
pub(super) struct Outcome {
    /// In the order of the tests.
    pub(super) results: Vec<TestResult>,
    /// Lines that were evaluated; empty without coverage.
    pub(super) lines: Lines,
}

/// Runs all tests.
pub(super) fn all(engine: &regorus::Engine, tests: &[&Test], options: &UnitOptions) -> Result<Outcome, EngineError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(tests.len()).max(1);
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut results: Vec<Option<TestResult>> = tests.iter().map(|_| None).collect();
    let mut lines = Lines::default();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (next, sender) = (&next, sender.clone());
            let worker = move || {
                let mut engine = prepared(engine, options, options.coverage);
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(test) = tests.get(index) else { break };
                    let _ = sender.send(Message::Result(index, one(&mut engine, test, options)));
                }
                if options.coverage {
                    let _ = sender.send(Message::Lines(lines_of(&engine)));
                }
            };
            let started = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker);
            started.map_err(|error| EngineError::Threads { threads, message: error.to_string() })?;
        }
        drop(sender);
        for message in receiver {
            match message {
                Message::Result(index, result) => {
                    if let Some(slot) = results.get_mut(index) {
                        *slot = Some(result);
                    }
                }
                Message::Lines(more) => lines.merge(more),
            }
        }
        Ok::<(), EngineError>(())
    })?;
    Ok(Outcome { results: results.into_iter().flatten().collect(), lines })
}

enum Message {
    Result(usize, TestResult),
    Lines(Lines),
}

fn prepared(engine: &regorus::Engine, options: &UnitOptions, coverage: bool) -> regorus::Engine {
    let mut engine = engine.clone();
    engine.set_gather_prints(true);
    engine.set_enable_coverage(coverage);
    engine.set_execution_timer_config(ExecutionTimerConfig { limit: options.timeout, check_interval: CHECK_INTERVAL });
    engine
}

fn one(engine: &mut regorus::Engine, test: &Test, options: &UnitOptions) -> TestResult {
    let start = Instant::now();
    let status = if test.todo { TestStatus::Todo } else { evaluate(engine, test, options) };
    TestResult {
        name: test.name.clone(),
        file: test.file.clone(),
        line: test.lines.0,
        status,
        printed: engine.take_prints().unwrap_or_default(),
        duration: start.elapsed(),
    }
}

fn evaluate(engine: &mut regorus::Engine, test: &Test, options: &UnitOptions) -> TestStatus {
    match engine.eval_rule(test.path.clone()) {
        Ok(Value::Bool(true)) => TestStatus::Passed,
        Ok(value) => {
            let value = match value {
                Value::Undefined => "undefined".to_owned(),
                value => serde_json::to_string(&value).unwrap_or_else(|error| error.to_string()),
            };
            TestStatus::Failed { value, reached: reached(engine, test, options) }
        }
        Err(error) => {
            let text = error.to_string();
            let message = if text.contains("execution exceeded time limit") {
                format!("took longer than {:?} and was stopped", options.timeout)
            } else {
                match text.lines().find_map(|line| line.trim_start().strip_prefix("--> ")) {
                    Some(place) => format!("{place}: {}", engine_message(&text)),
                    None => engine_message(&text),
                }
            };
            TestStatus::Error { message }
        }
    }
}

/// Evaluates a failed test once more, alone, to see how far it came.
fn reached(engine: &regorus::Engine, test: &Test, options: &UnitOptions) -> Option<u32> {
    let mut engine = prepared(engine, options, true);
    engine.clear_coverage_data();
    // The outcome is known; what matters is the lines it touches.
    let _ = engine.eval_rule(test.path.clone());
    let (first, last) = test.lines;
    lines_of(&engine).of(&test.file).filter(|line| (first..=last).contains(line)).max()
}

fn lines_of(engine: &regorus::Engine) -> Lines {
    let mut lines = Lines::default();
    for file in engine.get_coverage_report().map(|report| report.files).unwrap_or_default() {
        let all: BTreeSet<u32> = file.covered.union(&file.not_covered).copied().collect();
        lines.add(file.path, file.covered, all);
    }
    lines
}
