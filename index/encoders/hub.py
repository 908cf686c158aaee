"""Models by local folder or hub name: where their files lie, and what names their version."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from index.errors import ModelError

_PATTERNS = ("*.json", "*.safetensors", "*.txt", "*.model")  # what decides a model's answers; readme files do not
_OTHER_RUNTIMES = ("onnx", "openvino")  # folders with the same model for other libraries
_HUB_TIMEOUT_S = 10


def model_folder(name: str, notify: Callable[[str], None]) -> Path:
    """The folder ``name``, or the one with the files of the model that the hub calls so.

    :raises ModelError: neither is there, or the hub cannot be reached.
    """
    folder = Path(name).expanduser()
    return folder if folder.is_dir() else _from_hub(name, notify)


def _from_hub(name: str, notify: Callable[[str], None]) -> Path:
    """The folder with the model's files: those fetched before, else fetched now."""
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError
    from huggingface_hub.utils.tqdm import disable_progress_bars

    unknown = f"no model '{name}': it is neither a folder here nor known to the hub; check the name"
    ignored = [f"{folder}/*" for folder in _OTHER_RUNTIMES]

    def snapshot(*, local: bool) -> Path:
        return Path(
            snapshot_download(
                name,
                allow_patterns=list(_PATTERNS),
                ignore_patterns=ignored,
                etag_timeout=_HUB_TIMEOUT_S,
                local_files_only=local,
            )
        )

    disable_progress_bars()
    try:
        try:
            folder = snapshot(local=True)
            if any(path.suffix == ".safetensors" for path in model_files(folder)):
                return folder
        except LocalEntryNotFoundError:
            pass
        if constants.HF_HUB_OFFLINE:
            raise ModelError(
                f"no model '{name}': it is no folder here, was not fetched before, and HF_HUB_OFFLINE is set"
            )
        notify(f"fetching the model '{name}' from the hub, once")
        return snapshot(local=False)
    except (HFValidationError, RepositoryNotFoundError) as exc:
        raise ModelError(unknown) from exc
    except OSError as exc:  # the hub's own errors and those of the network are of this kind
        raise ModelError(
            f"no model '{name}': it is no folder here, was not fetched before, and the hub cannot be reached;"
            " check the name and the network"
        ) from exc


def model_files(folder: Path) -> list[Path]:
    """The files that decide what the model computes, sorted by their place in the folder."""
    found = {path for pattern in _PATTERNS for path in folder.rglob(pattern)}
    wanted = [path for path in found if path.relative_to(folder).parts[0] not in _OTHER_RUNTIMES and path.is_file()]
    return sorted(wanted, key=lambda path: path.relative_to(folder).as_posix())


def fingerprint_of(folder: Path, files: list[Path]) -> str:
    """64 hexadecimal digits that change with any byte of ``files``, wherever the folder lies."""
    total = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()}\n{content}\n".encode())
    return total.hexdigest()
