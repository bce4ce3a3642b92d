"""Reference tables and sample plans, dated and sourced, with their loaders.

Imports nothing of ours.
"""
