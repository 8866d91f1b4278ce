# METADATA
# title: Builds keep what they downloaded
# description: Without a cache every run downloads and compiles all dependencies again; the wait is paid with every push, and an outage of a registry stops all work.
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [A1.1], nist-800-53: [SC-6], iso-27001: [A.8.6]}
#   remediation: Use `cache:` of the setup action, `actions/cache`, `Swatinem/rust-cache`, or `cache-from` and `cache-to` of an image build.
package parapet.github_actions.jobs.cache

import data.parapet.lib.github_actions as gha
import rego.v1

# What a build of each language says.
builds := {
	"Go": `(^|\s)go (build|install|test|mod download)(\s|$)`,
	"Java": `(^|\s)(\./)?(mvn|mvnw|gradle|gradlew)\s`,
	"Node.js": `(^|\s)(npm (ci|install|i)|yarn( install)?|pnpm (install|i))(\s|$)`,
	"PHP": `(^|\s)composer install`,
	"Python": `(^|\s)(pip3? install (-r|\.|-e)|python3? -m pip install (-r|\.|-e)|poetry install|pipenv install|uv sync)`,
	"Ruby": `(^|\s)bundle install`,
	"Rust": `(^|\s)cargo (build|test|clippy|check|nextest|install)(\s|$)`,
	".NET": `(^|\s)dotnet (restore|build|test)(\s|$)`,
}

deny contains {"path": ["jobs", id], "message": sprintf("job %s builds %s without a cache", [id, language])} if {
	some id, job in input.document.jobs
	some language, command in builds
	some step in gha.steps_of(input.document, id)
	regex.match(command, step.run)
	not cached(id, language)
	not own_machine(job)
}

cached(id, _) if {
	some step in gha.steps_of(input.document, id)
	regex.match(`cache`, step.action)
}

cached(id, _) if {
	some step in gha.steps_of(input.document, id)
	object.get(step.spec, ["with", "cache"], false) != false
}

cached(id, _) if {
	some step in gha.steps_of(input.document, id)
	object.get(step.spec, ["with", "enable-cache"], false) != false
}

cached(id, _) if {
	some step in gha.steps_of(input.document, id)
	regex.match(`(^|/)(setup-uv|setup-ruby|setup-gradle|gradle-build-action|setup-rust-toolchain|mise-action)$`, step.action)
	not object.get(step.spec, ["with", "cache"], true) == false
}

# Since its version 4 setup-go has a cache unless told otherwise.
cached(id, "Go") if {
	some step in gha.steps_of(input.document, id)
	step.action == "actions/setup-go"
	not object.get(step.spec, ["with", "cache"], true) in {false, "false"}
	not step.ref in {"v1", "v2", "v3"}
}

# As setup-node has since its version 5, for npm.
cached(id, "Node.js") if {
	some step in gha.steps_of(input.document, id)
	step.action == "actions/setup-node"
	not object.get(step.spec, ["with", "package-manager-cache"], true) in {false, "false"}
	not step.ref in {"v1", "v2", "v3", "v4"}
}

# A script that hands its compiler's results to a shared cache.
cached(id, "Rust") if {
	some part in [input.document, input.document.jobs[id]]
	is_object(part.env)
	some name, _ in part.env
	name in {"RUSTC_WRAPPER", "SCCACHE_GHA_ENABLED"}
}

# Machines of one's own keep their files, and containers bring theirs.
own_machine(job) if contains(sprintf("%v", [job["runs-on"]]), "self-hosted")

own_machine(job) if job.container

# An image build that starts from nothing.
deny contains {"path": step.path, "message": "the image is built without a cache"} if {
	some step in gha.steps(input.document)
	step.action == "docker/build-push-action"
	not step.spec["with"]["cache-from"]
	not object.get(step.spec, ["with", "no-cache"], false) in {true, "true"}
	not own_machine(input.document.jobs[step.job])
}
