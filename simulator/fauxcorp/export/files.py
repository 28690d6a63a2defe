"""Where an export goes: nothing is overwritten unasked, and a file is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fauxcorp.errors import UserError


@contextmanager
def new_file(target: Path, *, force: bool) -> Iterator[Path]:
    """A path to write to, which takes the target's place at the end. Raises UserError if the target may not be."""
    if target.is_dir():
        raise UserError(f"{target} is a folder; name a file")
    if target.exists() and not force:
        raise UserError(f"{target} is there already; name another file, or add --force")
    draft = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        os.replace(draft, target)
    except OSError as error:
        raise UserError(f"{target}: {error.strerror or error}; choose another place") from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def new_folder(target: Path, *, force: bool) -> Path:
    """A folder to write into. Raises UserError if it holds something, unless `force`, or cannot be made."""
    if target.exists() and not target.is_dir():
        raise UserError(f"{target} is a file; name a folder")
    try:
        target.mkdir(parents=True, exist_ok=True)
        if not force and any(target.iterdir()):
            raise UserError(f"{target} is not empty; name another folder, or add --force")
    except OSError as error:
        raise UserError(f"{target}: {error.strerror}; choose another place") from None
    return target
