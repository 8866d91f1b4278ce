# Enrols the account, and stays when this stack goes: others in the account may rely on it.
resource "parapet_compute_optimizer_enrollment" "account" {
  keep_on_destroy = true
}
