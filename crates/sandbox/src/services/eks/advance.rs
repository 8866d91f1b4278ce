//! What happens to node groups as time passes.

use super::model::{Effect, Issue, NodeGroup, Step, Store};
use crate::clock::Moment;
use crate::services::timeline::Timeline;

impl Store {
    /// When the next change is due.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        self.groups.values().filter_map(|group| group.status.due()).min()
    }

    /// Makes the changes that are due at `now`; returns the node groups that changed, with their status.
    pub fn advance(&mut self, now: Moment) -> Vec<(String, String)> {
        let mut changed = Vec::new();
        let mut gone = Vec::new();
        for (key, group) in &mut self.groups {
            while let Some(effect) = group.status.step(now) {
                let ended = group.update.clone().filter(|_| effect.is_some());
                if let Some(effect) = effect {
                    let failed = match &effect {
                        Effect::Failed(Step::Update, issues) => issues.clone(),
                        _ => Vec::new(),
                    };
                    if effect == Effect::Deleted {
                        gone.push(key.clone());
                    }
                    group.take(effect);
                    if let Some(update) = ended.and_then(|id| self.updates.get_mut(&id)) {
                        (if failed.is_empty() { "Successful" } else { "Failed" }).clone_into(&mut update.status);
                        update.errors = failed;
                    }
                }
                let status = if gone.contains(key) { "DELETED" } else { group.status.status() };
                changed.push((group.arn.clone(), status.to_owned()));
            }
        }
        for key in gone {
            self.groups.remove(&key);
        }
        changed
    }
}

impl NodeGroup {
    fn take(&mut self, effect: Effect) {
        match effect {
            Effect::Created => self.nodes = self.settings.scaling.desired_size,
            Effect::Updated => {
                self.nodes = self.settings.scaling.desired_size;
                (self.before, self.update) = (None, None);
            }
            Effect::Failed(Step::Update, _) => {
                if let Some(before) = self.before.take() {
                    self.nodes = before.scaling.desired_size;
                    self.settings = before;
                }
                self.update = None;
            }
            Effect::Failed(_, issues) => self.issues = issues,
            Effect::Deleted => {}
        }
        self.show_health();
    }

    /// Sets what ails it.
    pub(crate) fn ail(&mut self, issues: Vec<Issue>) {
        self.issues = issues;
        self.show_health();
    }

    /// A node group that is otherwise active shows by its status whether anything ails it.
    fn show_health(&mut self) {
        match (self.status.status(), self.issues.is_empty()) {
            ("ACTIVE", false) => self.status = Timeline::at("DEGRADED"),
            ("DEGRADED", true) => self.status = Timeline::at("ACTIVE"),
            _ => {}
        }
    }
}
