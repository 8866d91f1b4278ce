//! Launch templates: another version in place, another template as another generation.

use anyhow::{Result, ensure};
use parapet_sandbox::services::eks::Step;
use parapet_tests::tools::Terraform;

use crate::stack::Stack;
use crate::troubled::failure;

fn template(id: &str, version: u32) -> String {
    format!(r#"-var=template={{"id":"{id}","version":{version}}}"#)
}

pub(crate) fn versions(terraform: &Terraform) -> Result<()> {
    let (first, second, third) = (template("lt-1", 1), template("lt-1", 2), template("lt-1", 3));
    let stack = Stack::new(terraform, &[&first])?;
    stack.is_settled(&[&first])?;
    let event = stack.last_event();
    // The node group and the version that is known only now.
    stack.workspace.apply(&[&second])?.succeeds().says("0 added, 2 changed, 0 destroyed");
    stack.is_settled(&[&second])?;
    let calls = stack.changes_since(event);
    ensure!(calls.iter().filter(|it| *it == "UpdateNodegroupVersion").count() == 1, "{calls:?}");
    ensure!(!calls.contains(&"CreateNodegroup".to_owned()), "{calls:?}");
    ensure!(stack.names() == ["workers-spot-1"], "{:?}", stack.names());
    // EKS takes a version back that its nodes do not start with; the next apply tries again.
    stack.control().fail(failure(Step::Update));
    stack.workspace.apply(&[&third])?.fails().says("workers-spot-1 was not changed").says("Could not launch");
    stack.workspace.apply(&[&third])?.succeeds();
    stack.is_settled(&[&third])?;
    ensure!(stack.group()?["launch_template"]["version"] == "3", "{:#}", stack.group()?);
    ensure!(stack.names() == ["workers-spot-1"], "{:?}", stack.names());
    // EKS gives a node group no other template.
    let other = template("lt-2", 1);
    stack.workspace.apply(&[&other])?.succeeds();
    stack.is_settled(&[&other])?;
    ensure!(stack.names() == ["workers-spot-2"], "{:?}", stack.names());
    stack.never_below(3)?;
    stack.destroys(&[&other])
}
