"""Finds, for any assertion, the statements by other actors that contradict it. ``checker.Checker`` is the one facade."""
