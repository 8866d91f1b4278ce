//! Calls of functions and builtins.

use regorus::unstable::{Expr, Ref};

use super::super::origin::{Frame, Origin};
use super::super::reads::{Depth, Seg};
use super::Tracer;
use crate::rules::modules::static_path;

impl Tracer<'_> {
    pub(super) fn call(&mut self, frame: &mut Frame, fcn: &Expr, params: &[Ref<Expr>]) -> Origin {
        let path = static_path(fcn).unwrap_or_default();
        if let Some(definition) = self.modules.resolve(frame.module, &path) {
            let args: Vec<Origin> = params.iter().map(|param| self.expr(frame, param, Depth::Exact)).collect();
            return self.definition(&definition.key, &args);
        }
        let mut arg = |tracer: &mut Self, position: usize, depth: Depth| {
            params.get(position).map(|param| tracer.expr(frame, param, depth)).unwrap_or_default()
        };
        match path.join(".").as_str() {
            "count" | "object.keys" => {
                let counted = arg(self, 0, Depth::Elements);
                // Of what is equal, a set has one.
                self.compare_elements(&counted);
                Origin::other()
            }
            "is_array" | "is_boolean" | "is_null" | "is_number" | "is_object" | "is_set" | "is_string"
            | "type_name" | "print" | "trace" => {
                arg(self, 0, Depth::Exact);
                Origin::other()
            }
            "array.concat" | "object.union" => {
                let mut both = arg(self, 0, Depth::Elements);
                both.merge(&arg(self, 1, Depth::Elements));
                both
            }
            "object.get" => {
                let object = arg(self, 0, Depth::Exact);
                let default = arg(self, 2, Depth::Exact);
                let keys: Vec<&Expr> = match params.get(1).map(AsRef::as_ref) {
                    Some(Expr::Array { items, .. }) => items.iter().map(AsRef::as_ref).collect(),
                    Some(key) => vec![key],
                    None => Vec::new(),
                };
                let mut found = object;
                for key in keys {
                    let key = self.expr(frame, key, Depth::Deep);
                    if key.as_steps().contains(&Seg::Any) {
                        // The key may be a path of any length.
                        self.compare(&found);
                    }
                    let mut below = Origin::default();
                    key.as_steps().iter().for_each(|seg| below.merge(&found.at(seg)));
                    found = below;
                }
                self.look(&found, Depth::Exact);
                found.merge(&default);
                found
            }
            "sprintf" if self.prints(frame, params) => Origin::other(),
            name => {
                self.note_call(name);
                for param in params {
                    self.expr(frame, param, Depth::Deep);
                    // `walk(x, [path, value])` and its like give names a value through their last argument.
                    if matches!(param.as_ref(), Expr::Array { .. } | Expr::Var { .. }) {
                        self.unbound(frame, param);
                    }
                }
                Origin::other()
            }
        }
    }

    /// Names that nothing has bound yet may be given any value by a builtin.
    fn unbound(&mut self, frame: &mut Frame, pattern: &Expr) {
        match pattern {
            Expr::Array { items, .. } => items.iter().for_each(|item| self.unbound(frame, item)),
            Expr::Var { span, .. }
                if frame.get(span.text()).is_none()
                    && span.text() != "input"
                    && self.modules.resolve(frame.module, &[span.text().to_owned()]).is_none() =>
            {
                frame.bind(span.text(), &Origin::other());
            }
            _ => {}
        }
    }
}
