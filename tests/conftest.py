"""Settings for all tests."""

import os

from hypothesis import settings

# The same examples on every machine, so that a change is never blamed for an old fault. To look for new ones:
# HYPOTHESIS_PROFILE=explore make test
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("explore", max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
