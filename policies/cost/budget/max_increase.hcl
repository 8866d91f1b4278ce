cost {
  max_increase_percent = 20
}
