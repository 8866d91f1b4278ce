volumes = {
  "data"    = { size = 150, type = "gp3" } # orders
  "journal" = { size = 20, type = "io2" }
  "backup"  = { size = 160, type = "gp3" } # until the archive is there
}
