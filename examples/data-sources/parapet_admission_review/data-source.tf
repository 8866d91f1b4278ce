# Manifests are judged when they are planned, not when the cluster refuses them.
data "parapet_admission_review" "web" {
  manifests = file("${path.module}/web.yaml")
  fail_on   = "high"
}

# A policy of one's own, which sees each object as `input`.
data "parapet_admission_review" "images" {
  manifests = file("${path.module}/web.yaml")

  packs = []
  policies = {
    "registry.rego" = <<-REGO
      package acme.images

      import rego.v1

      deny contains msg if {
        some container in input.spec.template.spec.containers
        not startswith(container.image, "registry.example.com/")
        msg := sprintf("image %s is not from our registry", [container.image])
      }
    REGO
  }
}
