output "arm" {
  value = "a1.large"
}
