//! The page of the command line: what `--help` says.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::page;

/// Runs `parapet --help` and that of each command it lists.
pub(super) fn page(parapet: &Path) -> Result<String> {
    let general = help(parapet, None)?;
    let mut out = page::generated("`parapet --help`");
    out += &format!("# The command line\n\n{}", page::code("text", &general));
    for command in commands(&general) {
        out += &format!("\n## parapet {command}\n\n{}", page::code("text", &help(parapet, Some(command))?));
    }
    Ok(out)
}

fn help(parapet: &Path, command: Option<&str>) -> Result<String> {
    let output = Command::new(parapet)
        .args(command)
        .arg("--help")
        // The width of the page, whatever the terminal of whoever runs this.
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .output()
        .with_context(|| format!("cannot run {}", parapet.display()))?;
    ensure!(output.status.success(), "{} --help ends with {}", parapet.display(), output.status);
    let text = String::from_utf8(output.stdout).context("the help is not UTF-8")?;
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    Ok(lines.join("\n"))
}

/// Names below `Commands:`, the help command excluded.
fn commands(help: &str) -> Vec<&str> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A description that is wrapped is indented further than a name.
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_the_help() {
        let help = "What.\n\nCommands:\n  check  Check\n         more about it\n  rules  List\n  help   Print\n\nOptions:\n  -h  Help\n";
        assert_eq!(commands(help), ["check", "rules"]);
    }
}
