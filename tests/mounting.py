"""For tests on a small file system of their own."""

import shutil
import subprocess
import tempfile

import pytest


def can_mount() -> bool:
    """Whether this process may mount a small file system of its own."""
    if shutil.which("unshare") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", folder]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


needs_mount = pytest.mark.skipif(not can_mount(), reason="this user may not mount a file system of its own")
