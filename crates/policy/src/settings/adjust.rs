//! What a settings file changes about loaded rules.

use super::{Level, Settings, SettingsError, Written};
use crate::rules::{Rule, embedded_ids, matches, nearest};

impl Settings {
    /// Sets severities and takes rules out; returns the ids of those taken out. A rule that is `named` on the command
    /// line by its whole id stays in.
    ///
    /// # Errors
    /// A pattern that matches no rule there is. `own_directories`: the policies of the file are loaded, so that its
    /// patterns must match; when others took their place, they need not.
    pub(crate) fn adjust(
        &self,
        rules: &mut [Rule],
        selected: &mut [bool],
        named: &[String],
        own_directories: bool,
    ) -> Result<Vec<String>, SettingsError> {
        let patterns =
            self.rules.iter().map(|rule| &rule.pattern).chain(self.waivers.iter().map(|waiver| &waiver.rule));
        if own_directories || self.policy_dirs.is_empty() {
            patterns.into_iter().try_for_each(|pattern| self.known(pattern, rules))?;
        }
        let mut off = Vec::new();
        for (rule, selected) in rules.iter_mut().zip(selected) {
            let last = self.rules.iter().rev().find(|setting| matches(&setting.pattern.value, &rule.id));
            match last.map(|setting| setting.level) {
                Some(Level::Severity(severity)) => rule.severity = severity,
                Some(Level::Off) if *selected && !named.contains(&rule.id) => {
                    *selected = false;
                    off.push(rule.id.clone());
                }
                Some(Level::Off) | None => {}
            }
        }
        Ok(off)
    }

    /// A rule of a pack that is left out in this run exists all the same.
    fn known(&self, pattern: &Written<String>, rules: &[Rule]) -> Result<(), SettingsError> {
        let loaded = || rules.iter().map(|rule| rule.id.as_str());
        if loaded().any(|id| matches(&pattern.value, id)) {
            return Ok(());
        }
        let embedded = embedded_ids();
        if embedded.iter().any(|id| matches(&pattern.value, id)) {
            return Ok(());
        }
        let near = nearest(&pattern.value, loaded().chain(embedded.iter().map(String::as_str)));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        let message = format!("no rule matches `{}`{hint}\n`parapet rules` lists the rules there are", pattern.value);
        Err(self.fault(pattern, message))
    }
}
