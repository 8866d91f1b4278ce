//! What sets a variable.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::{Span, parser};

use super::super::eval::eval;
use super::super::file::File;
use super::super::scope::Scope;
use super::super::value::Val;
use super::super::variables;
use super::{Frame, Given, Obstacle, Origin};
use crate::path::Step;

impl Given<'_> {
    /// A variable: what the module call says, or what Terraform takes for the root module, else its default.
    pub(super) fn variable(&self, name: &str, path: &[Step], frame: &Frame, depth: usize) -> Result<Origin, Obstacle> {
        let instance = frame.instance();
        let Some(item) = instance.module.variables.get(name) else {
            return Err(frame.obstacle(None, format!("there is no variable \"{name}\"")));
        };
        let declared = Frame { file: item.file.clone(), scope: Scope::new(instance), block: None };
        let at = item.block.span();
        let nullable = item.block.body.get_attribute("nullable").and_then(|a| a.value.as_bool()).unwrap_or(true);
        let default = item.block.body.get_attribute("default");
        let passed_over = |value: &Expression, scope: &Scope| {
            default.is_some() && !nullable && eval(value, scope).is_ok_and(|value| value == Val::Null)
        };
        if let Some((caller, call)) = instance.caller() {
            let item = call.labels.first().and_then(|label| caller.module.calls.get(label.as_str()));
            if let (Some(item), Some(attribute)) = (item, call.body.get_attribute(name)) {
                let scope = instance.calling_scope().unwrap_or_else(|| Scope::new(caller));
                if !passed_over(&attribute.value, &scope) {
                    let there = Frame { file: item.item.file.clone(), scope, block: Some(item.item.block.clone()) };
                    return self.follow(&attribute.value, path, &there, depth);
                }
            }
        } else if let Some(found) = self.given(name, &declared, at.clone())? {
            let (frame, value) = found;
            if !passed_over(&value, &frame.scope) {
                return self.follow(&value, path, &frame, depth);
            }
        }
        match default {
            Some(default) => self.follow(&default.value, path, &declared, depth),
            None => {
                Err(declared.obstacle(at, format!("var.{name} is given no value here; name its file with --var-file")))
            }
        }
    }

    /// What gives a variable of the root module its value; nothing when that is its default.
    fn given(
        &self,
        name: &str,
        declared: &Frame,
        at: Option<Range<usize>>,
    ) -> Result<Option<(Frame, Expression)>, Obstacle> {
        let refuse = |reason: String| Err(declared.obstacle(at.clone(), reason));
        let has = |pairs: &[(String, String)]| pairs.iter().any(|(given, _)| given == name);
        if self.variables.values.iter().any(|(given, _)| given == name) || has(&self.variables.given) {
            return refuse(format!("var.{name} is set on the command line"));
        }
        for path in variables::files(self.root, self.variables).into_iter().rev() {
            let Ok(text) = variables::text(&path, self.drafts) else { continue };
            if path.extension().is_some_and(|end| end == "json") {
                let json: Option<serde_json::Value> = serde_json::from_str(&text).ok();
                if json.is_some_and(|json| json.get(name).is_some()) {
                    let reason = format!("var.{name} is set in the JSON syntax, which is not edited");
                    return Err(Obstacle { file: path, line: 1, reason });
                }
                continue;
            }
            let Ok(body) = parser::parse_body(&text) else { continue };
            if let Some(attribute) = body.get_attribute(name) {
                let file = Arc::new(File::new(path, text));
                let frame = Frame { file, scope: declared.scope.clone(), block: None };
                return Ok(Some((frame, attribute.value.clone())));
            }
        }
        if has(&self.variables.environment) {
            return refuse(format!("var.{name} is set by TF_VAR_{name} of the environment"));
        }
        Ok(None)
    }
}
