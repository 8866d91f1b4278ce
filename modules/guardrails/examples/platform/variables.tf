variable "regions" {
  description = "Regions of the platform. Try one outside Europe."
  type        = list(string)
  default     = ["eu-west-1", "eu-central-1"]
}
