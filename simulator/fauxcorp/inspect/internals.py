"""What is used of Inspect that it does not export: how a task says that it cannot be, and how a sample is ended."""

from __future__ import annotations

from inspect_ai._util.error import PrerequisiteError
from inspect_ai._util.exception import TerminateSampleError

__all__ = ["PrerequisiteError", "TerminateSampleError"]
