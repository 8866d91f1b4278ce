//! All that the result of a rule depends on: what it reads, and what else decides what comes out.
//!
//! Whether a result may depend on an unknown value is asked of the reads alone: a rule that gathers blocks in a set is not
//! undecided because a name in one of them is unknown. Who keeps results for inputs that look alike has to know more: two
//! elements of a set that are equal are one, two answers of a function that are not are an error.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal, Query, Ref};

use super::super::origin::{Frame, Origin};
use super::super::reads::{Depth, InputRead, Seg};
use super::Tracer;
use crate::rules::modules::{Modules, static_path};

/// What is found beside the reads.
pub(super) struct Exact {
    /// Whether `input.pod` is there; the library then looks nowhere else for it.
    with_pod: bool,
    /// Whether a look elsewhere was left out for that.
    assumed_pod: bool,
    /// Whether a builtin is called that does not answer the same every time.
    varies: bool,
    /// Whether a message names a container.
    names_containers: bool,
}

/// All that a result depends on.
pub(in super::super) struct Dependence {
    pub(in super::super) reads: BTreeSet<InputRead>,
    /// Only where there is an `input.pod`.
    pub(in super::super) needs_pod: bool,
    /// Messages say beside that which container they are about. Whether there is a message does not depend on it.
    pub(in super::super) names_containers: bool,
}

/// What the result of a definition depends on; `None` when it may differ for the same input. `with_pod`: objects come with
/// their `input.pod`.
pub(in super::super) fn dependence_of(modules: &Modules, definition: &str, with_pod: bool) -> Option<Dependence> {
    let mut tracer =
        Tracer::new(modules, Some(Exact { with_pod, assumed_pod: false, varies: false, names_containers: false }));
    tracer.all_of(definition);
    let exact = tracer.exact.filter(|exact| !exact.varies)?;
    let mut reads = tracer.reads;
    if exact.names_containers {
        // It is there and no `false`, whatever it says.
        reads.retain(|(path, depth)| *depth == Depth::Deep || !is_label(path));
    }
    let needs_pod = exact.assumed_pod || exact.names_containers;
    Some(Dependence { reads, needs_pod, names_containers: exact.names_containers })
}

fn is_label(path: &[Seg]) -> bool {
    let key = |seg: &Seg, name: &str| matches!(seg, Seg::Key(key) if key == name);
    matches!(path, [pod, list, Seg::Any, label] if key(pod, "pod") && key(list, "containers") && key(label, "label"))
}

impl Tracer<'_> {
    /// The values are compared with others: all of them counts.
    pub(super) fn compare(&mut self, origin: &Origin) {
        if self.exact.is_some() {
            self.look(origin, Depth::Deep);
        }
    }

    /// The elements of a collection that the policy made are compared with each other or with something else.
    pub(super) fn compare_elements(&mut self, origin: &Origin) {
        if let Some(elements) = origin.elements.as_deref().filter(|_| self.exact.is_some()) {
            self.look(elements, Depth::Deep);
        }
    }

    /// A definition has one answer: of several, from its rules or from the elements that one goes through, all have to be equal.
    pub(super) fn compare_answers(&mut self, answers: &[Origin], args: &[Origin]) {
        if self.exact.is_none() {
            return;
        }
        let any = |path: &Vec<Seg>| path.iter().filter(|seg| **seg == Seg::Any).count();
        let given = args.iter().flat_map(|arg| &arg.paths).map(any).max().unwrap_or(0);
        let several = answers.iter().filter(|answer| **answer != Origin::default()).count() > 1;
        for answer in answers {
            let within = answer.paths.iter().any(|path| any(path) > given);
            if several || within {
                self.compare(answer);
            }
        }
    }

    /// Follows a text that is put together of others. The names of containers in it are printed, and nothing depends on them; all
    /// else counts as a whole. Answers whether it could.
    pub(super) fn prints(&mut self, frame: &mut Frame, params: &[Ref<Expr>]) -> bool {
        let [format, values] = params else { return false };
        let Expr::Array { items, .. } = values.as_ref() else { return false };
        if !self.exact.as_ref().is_some_and(|exact| exact.with_pod) {
            return false;
        }
        self.expr(frame, format, Depth::Deep);
        for item in items {
            let origin = self.expr(frame, item, Depth::Exact);
            let of_container = !origin.paths.is_empty()
                && origin.paths.iter().all(|path| is_label(path))
                && origin.fields.is_empty()
                && origin.elements.is_none();
            if of_container {
                self.exact.iter_mut().for_each(|exact| exact.names_containers = true);
            } else {
                self.look(&origin, Depth::Deep);
            }
        }
        true
    }

    pub(super) fn note_call(&mut self, name: &str) {
        let varying = ["rand.", "uuid.", "time.now_ns", "http.", "opa.runtime"];
        if let Some(exact) = self.exact.as_mut().filter(|_| varying.iter().any(|start| name.starts_with(start))) {
            exact.varies = true;
        }
    }

    /// Whether a body asks for the lack of something that is there.
    pub(super) fn never(&mut self, module: usize, query: &Query) -> bool {
        let pod = |literal: &Literal| matches!(literal, Literal::NotExpr { expr, .. } if self.is_pod(module, expr));
        let never = query.stmts.iter().any(|statement| statement.with_mods.is_empty() && pod(&statement.literal));
        self.assumed(never)
    }

    /// Whether a body asks for nothing but what is there: no `else` follows.
    pub(super) fn always(&mut self, module: usize, query: &Query) -> bool {
        let [statement] = query.stmts.as_slice() else { return false };
        let always = statement.with_mods.is_empty()
            && matches!(&statement.literal, Literal::Expr { expr, .. } if self.is_pod(module, expr));
        self.assumed(always)
    }

    fn is_pod(&self, module: usize, expr: &Expr) -> bool {
        let path = static_path(expr).and_then(|path| self.modules.absolute(module, &path));
        self.exact.as_ref().is_some_and(|exact| exact.with_pod)
            && path.is_some_and(|path| path.iter().map(String::as_str).eq(["input", "pod"]))
    }

    fn assumed(&mut self, assumed: bool) -> bool {
        if let Some(exact) = self.exact.as_mut().filter(|_| assumed) {
            exact.assumed_pod = true;
        }
        assumed
    }
}
