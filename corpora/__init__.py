"""Reference tables, sample plans and their loaders: data, dated and sourced. Imports nothing of ours."""
