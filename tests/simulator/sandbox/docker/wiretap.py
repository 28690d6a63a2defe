"""Listens on every interface of this machine."""

from __future__ import annotations

import socket
import threading

_ALL = 3
_LARGEST = 262_144
_BUFFER = 33_554_432
_SO_RCVBUFFORCE = 33


class Wiretap:
    """Frames that held one of the words that are listened for. Needs the right to packet sockets."""

    def __init__(self, *words: bytes) -> None:
        self._words = words
        self.found: list[bytes] = []
        self.frames = 0
        self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
        self._sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        self._sock.settimeout(0.2)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hear no more."""
        self._over.set()
        self._thread.join()
        self._sock.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                frame = self._sock.recv(_LARGEST)
            except TimeoutError:
                continue
            self.frames += 1
            if any(word in frame for word in self._words):
                self.found.append(frame)
