"""Pair -> verdict: kind, calibrated probability, reasons."""
