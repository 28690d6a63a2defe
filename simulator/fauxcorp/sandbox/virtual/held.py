"""What a shell's file system held before a command: all of it, or only what the command can change."""

from __future__ import annotations

import posixpath

from bashkit import FileSystem

from fauxcorp.sandbox.virtual.tree import OUTSIDE, Sign, Signs, look, sign_of, walk


class Held:
    """Signs to compare with. To walk all of a large file system costs many times what a small command does."""

    __slots__ = ("_any", "_roots", "signs", "whole")

    def __init__(self) -> None:
        self.signs: Signs = {}
        self.whole = False
        """The signs are of everything, and kept up from command to command."""
        self._roots: tuple[str, ...] = ()
        self._any = False

    def before(self, fs: FileSystem, only: list[str] | None) -> None:
        """Learn what is there, ahead of a command that can change nothing but `only` and what is below."""
        if self.whole:
            return
        if only is None or any(path == "/" or path in OUTSIDE for path in only):
            self.signs, self.whole = walk(fs), True
            return
        self.signs, self._roots, self._any = {}, tuple(only), True
        for path in only:
            above = posixpath.dirname(path)
            while above != "/" and above not in self.signs:
                if fs.exists(above):
                    self.signs[above] = sign_of(fs.stat(above))
                above = posixpath.dirname(above)
        self.signs = look(fs, only, self.signs)

    def after(self, fs: FileSystem, only: list[str] | None) -> Signs:
        """What is there now, of the same extent; with `only`, looked up anew for nothing but these paths."""
        if not self.whole and (only is None or not all(self._covers(path) for path in only)):
            now = walk(fs)
            for path, sign in now.items():
                # What the command could not change was there before it.
                if not self._covers(path):
                    self.signs.setdefault(path, sign)
            self.whole = True
            return now
        return walk(fs) if only is None else look(fs, only, self.signs)

    def now(self, signs: Signs) -> None:
        """Go on from here."""
        self.signs = signs

    def unchanged(self, path: str, sign: Sign) -> bool:
        """Whether an entry that has a sign now is as it was before the command."""
        if not self.whole and not self._covers(path):
            return True
        return self.signs.get(path) == sign

    def note(self, fs: FileSystem, path: str) -> None:
        """What is at a path now, and the folders above it, is what the world has."""
        if not (self.whole or self._any):
            return
        self.signs[path] = sign_of(fs.stat(path))
        above = posixpath.dirname(path)
        while above != "/" and above not in self.signs:
            self.signs[above] = sign_of(fs.stat(above))
            above = posixpath.dirname(above)

    def note_link(self, fs: FileSystem, path: str) -> None:
        """The link at a path now is what the world has."""
        if self.whole or self._any:
            self.signs = look(fs, [path], self.signs)

    def forget(self, path: str) -> None:
        """A path, and what was below it, is gone from the world too."""
        for known in [p for p in self.signs if p == path or p.startswith(f"{path}/")]:
            del self.signs[known]

    def _covers(self, path: str) -> bool:
        return any(path == root or path.startswith(f"{root}/") for root in self._roots)
