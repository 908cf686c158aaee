"""Bytes in, articles out: formats, size caps, language."""
