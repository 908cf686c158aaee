"""Measuring and training. Not installed."""
