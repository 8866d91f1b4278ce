//! One thread's engine: evaluates a rule, bounded in time, and survives whatever the rule does.

use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use regorus::utils::limits::ExecutionTimerConfig;

use super::profile::Profiler;
use super::remembered::Remembered;
use crate::Value;
use crate::error::EngineError;
use crate::rules::engine_message;

/// Steps of the interpreter between two looks at the clock.
const STEPS_PER_LOOK: NonZeroU32 = NonZeroU32::new(32).unwrap();

pub(crate) struct Worker<'a> {
    prepared: &'a regorus::Engine,
    engine: regorus::Engine,
    input: Value,
    /// Time for one resource.
    unit: Duration,
    /// Time for the evaluations that follow.
    timeout: Duration,
    profiler: Option<&'a Profiler>,
    remembered: Option<&'a Remembered>,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(prepared: &'a regorus::Engine, timeout: Duration) -> Self {
        Self::resuming(prepared, None, timeout)
    }

    /// Goes on with the engine of an earlier worker, if there is one.
    pub(crate) fn resuming(prepared: &'a regorus::Engine, engine: Option<regorus::Engine>, timeout: Duration) -> Self {
        let engine = engine.unwrap_or_else(|| fresh(prepared, timeout));
        Self { engine, prepared, input: Value::Undefined, unit: timeout, timeout, profiler: None, remembered: None }
    }

    /// The worker, whose evaluations are measured.
    pub(crate) fn measured_by(self, profiler: Option<&'a Profiler>) -> Self {
        Self { profiler, ..self }
    }

    /// The worker, which knows what rules said before.
    pub(crate) fn remembering(self, remembered: &'a Remembered) -> Self {
        Self { remembered: Some(remembered), ..self }
    }

    /// What rules said before, and the input that they are asked about. Where evaluations are measured, all are made.
    pub(crate) fn remembered(&self) -> Option<(&'a Remembered, Value)> {
        Some((self.remembered?, self.input.clone())).filter(|_| self.profiler.is_none())
    }

    /// Who measures the evaluations, if anybody does.
    pub(crate) fn profiler(&self) -> Option<&'a Profiler> {
        self.profiler
    }

    /// The engine for a later worker. What was evaluated is not kept with it.
    pub(crate) fn into_engine(mut self) -> regorus::Engine {
        self.engine.set_input(Value::Undefined);
        self.engine
    }

    /// Gives the evaluations that follow the time for one resource for every thousand of them: for rules that look at
    /// many at once.
    pub(crate) fn allow_for(&mut self, resources: usize) {
        let thousands = u32::try_from(resources / 1000).unwrap_or(u32::MAX);
        self.timeout = self.unit.saturating_mul(thousands.saturating_add(1));
        limit(&mut self.engine, self.timeout);
    }

    /// Sets the input of the evaluations that follow.
    pub(crate) fn set_input(&mut self, input: Value) {
        self.input = input.clone();
        self.engine.set_input(input);
    }

    /// Evaluates one Rego rule.
    ///
    /// # Errors
    /// What the engine said, or that it took too long. The next evaluation starts with a new engine.
    pub(crate) fn evaluate(&mut self, rule: &str) -> Result<Value, EngineError> {
        let timeout = self.timeout;
        let result = bounded(rule, timeout, &mut self.engine, |engine| engine.eval_rule(rule.to_owned()));
        if result.is_err() {
            self.engine = fresh(self.prepared, timeout);
            self.engine.set_input(self.input.clone());
        }
        result
    }
}

fn fresh(prepared: &regorus::Engine, timeout: Duration) -> regorus::Engine {
    let mut engine = prepared.clone();
    limit(&mut engine, timeout);
    engine
}

/// Bounds the time of every evaluation of an engine.
pub(crate) fn limit(engine: &mut regorus::Engine, timeout: Duration) {
    engine.set_execution_timer_config(ExecutionTimerConfig { limit: timeout, check_interval: STEPS_PER_LOOK });
}

/// Runs an evaluation on an engine whose time is limited.
pub(crate) fn bounded<T, E: std::fmt::Display>(
    what: &str,
    timeout: Duration,
    engine: &mut regorus::Engine,
    run: impl FnOnce(&mut regorus::Engine) -> Result<T, E>,
) -> Result<T, EngineError> {
    let started = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| run(engine).map_err(|error| error.to_string())));
    // The interpreter drops an error of one function body when another body has a result; the clock does not.
    if started.elapsed() > timeout {
        return Err(EngineError::Timeout { what: what.to_owned(), limit: timeout });
    }
    let failed = |message: String| EngineError::Evaluation { what: what.to_owned(), message };
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(report)) => Err(failed(located(&report))),
        Err(_) => Err(failed("the engine broke down; please report this rule as a bug of Parapet".to_owned())),
    }
}

/// `file:line: message` of an engine error.
fn located(report: &str) -> String {
    let message = engine_message(report);
    match report.lines().find_map(|line| line.trim_start().strip_prefix("--> ")) {
        Some(place) => format!("{}: {message}", place.rsplit_once(':').map_or(place, |(place, _)| place)),
        None => message,
    }
}
