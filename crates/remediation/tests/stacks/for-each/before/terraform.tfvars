volumes = {
  "data"    = { size = 150, type = "gp2" } # orders
  "journal" = { size = 20, type = "io2" }
  "backup"  = { size = 160, type = "gp2" } # until the archive is there
}
