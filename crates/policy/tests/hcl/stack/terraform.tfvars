environment = "staging"
services = {
  web = { ports = [443, 22], public = true }
  api = { ports = [8080] }
}
