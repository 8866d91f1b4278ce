module "data" {
  source   = "./modules/volume"
  for_each = { orders = 100, users = 120 }

  name = each.key
  size = each.value
}
