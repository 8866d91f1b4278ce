# METADATA
# title: Scripts contain no text that strangers write
# description: "An expression is pasted into the script before the shell reads it: a title, a branch or a comment with `$(...)` in it is a command then."
# custom:
#   severity: high
#   documents: [github_actions]
#   controls: {soc2: [CC6.8, CC8.1], nist-800-53: [SI-10, SI-3], iso-27001: [A.8.28], pci-dss: ["6.2"]}
#   aliases: [CKV_GHA_2]
#   remediation: "Put the value into `env` of the step, and use the variable in quotes: `\"$TITLE\"`."
package parapet.github_actions.scripts.injection

import data.parapet.lib.github_actions as gha
import rego.v1

strangers := `(?i)tojson\(\s*github(\.event(\.(issue|discussion|pull_request(\.head)?|comment|review|review_comment|pages|commits|head_commit|workflow_run))?)?\s*\)|github\.head_ref|github\.event\.(issue|discussion|pull_request)\.(title|body)|github\.event\.pull_request\.head\.(ref|label|repo\.default_branch)|github\.event\.(comment|review|review_comment)\.body|github\.event\.pages.*\.page_name|github\.event\.(commits.*|head_commit)\.(message|author\.(name|email))|github\.event\.workflow_run\.(head_branch|display_title|head_commit\.(message|author\.(name|email))|pull_requests.*\.head\.ref)`

deny contains {"path": place.path, "message": sprintf("`%s` is pasted into the script", [trim_space(pasted)])} if {
	some place in scripts
	some found in regex.find_all_string_submatch_n(`(?s)\$\{\{(.*?)\}\}`, place.text, -1)
	pasted := found[1]
	some outcome in outcomes(dotted(pasted))
	regex.match(strangers, outcome)
	not answers_yes_or_no(outcome)
}

# `github['event'].commits[0]` written as `github.event.commits.0`.
dotted(expression) := regex.replace(expression, `\[\s*['"]?([\w*-]+)['"]?\s*\]`, ".$1")

# What may come out of an expression: of `a && b || c` that is `b` or `c`, since `a` comes out only when it is empty or false.
outcomes(expression) := {expression} if {
	regex.match(`^\s*!?\s*(contains|startsWith|endsWith)\([^()]*\)\s*$`, expression)
} else := {last |
	some alternative in split(expression, "||")
	parts := split(alternative, "&&")
	last := parts[count(parts) - 1]
}

# Only true or false comes out of these.
answers_yes_or_no(expression) if regex.match(`^\s*!?\s*(contains|startsWith|endsWith)\(|[=!]=`, expression)

scripts contains {"path": array.concat(step.path, ["run"]), "text": step.run} if {
	some step in gha.steps(input.document)
	step.run != ""
}

scripts contains {"path": array.concat(step.path, ["with", "script"]), "text": step.spec["with"].script} if {
	some step in gha.steps(input.document)
	step.action == "actions/github-script"
	is_string(step.spec["with"].script)
}
