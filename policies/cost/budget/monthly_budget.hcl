cost {
  monthly_budget_usd = 100
}
