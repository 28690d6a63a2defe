"""SSH: lets anyone in, takes files by scp, sftp and rsync and whatever is typed; has nothing to give.

What comes is told in the clear: files as such once they are complete, commands and what is written to them as bytes.
Loaded when the first client speaks SSH: the library takes a tenth of a second.
"""

from __future__ import annotations

import asyncio
import posixpath
import socket
from typing import Any

import asyncssh
from asyncssh.connection import SSHServerConnection, SSHServerConnectionOptions

from gateway.gate import Connection
from gateway.host import b64
from gateway.limits import CHUNK, HEAD, IDLE_SECONDS
from gateway.rsync import receive
from gateway.stream import Stream

VERSION = b"OpenSSH_9.2p1 Debian-2+deb12u3"
BANNER = b"SSH-2.0-" + VERSION + b"\r\n"
MAX_OPEN = 64
"""Files that one connection writes at a time."""


class Taken:
    """What came over one connection, in the clear, until it is told."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.left = connection.gate.limits.stream
        """Bytes that are still kept."""
        self._files: list[tuple[str, bytes]] = []
        self._typed = bytearray()
        self._size = 0
        self.open: dict[int, File] = {}

    def type(self, data: bytes) -> None:
        """Add what is no file."""
        self._size += len(data)
        self._typed += data[: self._room(len(data))]

    def put(self, path: str, data: bytes, size: int) -> None:
        """Add a file of `size` bytes, the first of which are `data`, and tell of it."""
        self._size += size
        self._files.append((path, bytes(data)))
        self.tell()

    def tell(self) -> None:
        """Tell what there is."""
        if self._size:
            self._connection.gate.host.tell({
                "t": "progress", "conn": self._connection.number, "kind": "ssh", "plain_bytes": self._size,
                "files": [[path, b64(data)] for path, data in self._files], "typed_b64": b64(self._typed),
            })  # fmt: skip
        self._files.clear()
        self._typed.clear()
        self._size = 0

    def end(self) -> None:
        """Tell the rest: files that were never closed too."""
        for file in list(self.open.values()):
            file.close()
        self.tell()

    def _room(self, size: int) -> int:
        room = max(0, min(size, self.left))
        self.left -= room
        return room

    def keep(self, size: int) -> bool:
        """Set room aside for so many bytes of a file; False if there is none."""
        return self._room(size) == size


class File:
    """A file that is being written."""

    def __init__(self, taken: Taken, path: str) -> None:
        self._taken, self.path = taken, path
        self.data = bytearray()
        self.size = 0
        taken.open[id(self)] = self

    def write(self, offset: int, data: bytes) -> None:
        """Add bytes somewhere; what is over the limit is counted only."""
        end = offset + len(data)
        grown = max(0, end - len(self.data))
        if not grown or (offset <= len(self.data) + CHUNK and self._taken.keep(grown)):
            self.data.extend(bytes(max(0, end - len(self.data))))
            self.data[offset:end] = data
        self.size = max(self.size, end)

    def close(self) -> None:
        """It is complete; a second call does nothing."""
        if self._taken.open.pop(id(self), None) is not None and self.size:
            self._taken.put(self.path, bytes(self.data), self.size)


class Files(asyncssh.SFTPServer):
    """Takes every file, wherever it is to go. A folder is what was made one, or looks like one."""

    def __init__(self, channel: Any, taken: Taken) -> None:
        super().__init__(channel)
        self._own_channel = channel
        self._taken = taken
        self._home = "/home/" + posixpath.basename(channel.get_extra_info("username") or "user")[:64]
        self._made: dict[str, int] = {}
        """Path to size, -1 for a folder."""

    def _at(self, path: bytes) -> str:
        return posixpath.normpath(posixpath.join(self._home, path.decode("utf-8", "replace")[:4096]))

    def _attributes(self, path: bytes) -> Any:
        name = self._at(path)
        size = self._made.get(name)
        if size is None:
            if not (path.endswith((b"/", b"/.")) or "." not in posixpath.basename(name) or name == self._home):
                raise asyncssh.SFTPNoSuchFile("No such file")
            size = -1
        return _attributes(size)

    def stat(self, path: bytes) -> Any:
        return self._attributes(path)

    lstat = stat

    def realpath(self, path: bytes) -> bytes:
        return self._at(path).encode()

    def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        if not pflags & asyncssh.FXF_WRITE:
            raise asyncssh.SFTPNoSuchFile("No such file")
        return self._opened(path)

    def open56(self, path: bytes, desired_access: int, flags: int, attrs: Any) -> Any:
        return self._opened(path)

    def _opened(self, path: bytes) -> File:
        if len(self._taken.open) >= MAX_OPEN:
            raise asyncssh.SFTPFailure("Too many open files")
        self._note(path, 0)
        return File(self._taken, self._at(path))

    def _note(self, path: bytes, size: int) -> None:
        if len(self._made) < 50_000:
            self._made[self._at(path)] = size

    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        file_obj.write(offset, data)
        self._made[file_obj.path] = file_obj.size
        return len(data)

    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        return bytes(file_obj.data[offset : offset + size])

    def close(self, file_obj: Any) -> None:
        file_obj.close()

    def fstat(self, file_obj: Any) -> Any:
        return _attributes(file_obj.size)

    def setstat(self, path: bytes, attrs: Any) -> None:
        return None

    def fsetstat(self, file_obj: Any, attrs: Any) -> None:
        return None

    def mkdir(self, path: bytes, attrs: Any) -> None:
        self._note(path, -1)

    def listdir(self, path: bytes) -> list[bytes]:
        return [b".", b".."]

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._made[self._at(newpath)] = self._made.pop(self._at(oldpath), 0)

    posix_rename = rename

    def remove(self, path: bytes) -> None:
        self._made.pop(self._at(path), None)

    rmdir = remove

    def readlink(self, path: bytes) -> bytes:
        raise asyncssh.SFTPNoSuchFile("No such file")

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        return None

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        return None

    def exit(self) -> None:
        self._taken.end()
        # Without it scp takes the transfer for one that failed.
        self._own_channel.exit(0)


def _attributes(size: int) -> Any:
    """Of a file of that size; of a folder, if that is negative."""
    folder = size < 0
    more = {}
    if hasattr(asyncssh, "FILEXFER_TYPE_DIRECTORY"):
        more["type"] = asyncssh.FILEXFER_TYPE_DIRECTORY if folder else asyncssh.FILEXFER_TYPE_REGULAR
    return asyncssh.SFTPAttrs(
        size=max(0, size), uid=1000, gid=1000, permissions=0o040755 if folder else 0o100644, atime=0, mtime=0, **more
    )


class _Server(asyncssh.SSHServer):
    """Who comes is let in, and may forward nothing."""

    def begin_auth(self, username: str) -> bool:
        return False


async def _program(process: Any, taken: Taken) -> None:
    """Answer a command or a shell: what is typed is taken, and nothing comes of it."""
    command = process.command
    words = (command or "").split()
    if words[:2] == ["rsync", "--server"]:
        process.exit(await receive(words[2:], process, taken))
        return
    if command:
        taken.type(command.encode("utf-8", "replace")[:HEAD] + b"\n")
    while True:
        try:
            data = await process.stdin.read(CHUNK)
        except asyncssh.TerminalSizeChanged:
            continue
        except (asyncssh.BreakReceived, asyncssh.SignalReceived):
            break
        if not data:
            break
        taken.type(data)
        # Whoever sits there and leaves has left.
        if process.term_type and data.strip() in (b"exit", b"logout", b"\x04"):
            break
    taken.tell()
    process.exit(0)


async def serve(connection: Connection, stream: Stream, host_key: Any) -> bool:
    """Serve one connection to its end. False if its client does not speak SSH: nothing but the banner was sent."""
    await stream.send(BANNER)
    async with asyncio.timeout(IDLE_SECONDS):
        line = await stream.line(255)
    if not line.startswith(b"SSH-"):
        return False
    taken = Taken(connection)
    options = SSHServerConnectionOptions(
        server_factory=_Server, server_host_keys=[host_key], server_version=VERSION.decode(), allow_scp=True,
        process_factory=lambda process: _program(process, taken), sftp_factory=lambda channel: Files(channel, taken),
        encoding=None, gss_host=None, agent_forwarding=False, x11_forwarding=False, login_timeout=60, line_editor=False,
    )  # fmt: skip
    served = SSHServerConnection(asyncio.get_running_loop(), options)
    with socket.socket() as options_only:
        transport = _Transport(options_only)
        sending = asyncio.ensure_future(transport.run(stream))
        served.connection_made(transport)
        try:
            served.data_received(line)
            await _hand_over(connection, stream, served, transport)
            transport.close()
            await asyncio.wait([sending], timeout=5)
        finally:
            sending.cancel()
            served.connection_lost(None)
            taken.end()
    return True


class _Transport(asyncio.Transport):
    """What the server writes to: it goes on over the connection's stream."""

    def __init__(self, options_only: socket.socket) -> None:
        """`options_only`: takes the options that a server sets on its socket."""
        super().__init__({"socket": options_only, "peername": ("10.0.0.1", 50022), "sockname": ("10.0.0.2", 22)})
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue()
        self._closing = False
        self._banner = True

    def write(self, data: Any) -> None:
        if self._banner:
            # It was sent already.
            self._banner = False
        elif not self._closing and data:
            self._waiting.put_nowait(bytes(data))

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            self._waiting.put_nowait(b"")

    abort = close

    def pause_reading(self) -> None:
        """The stream is read at its own pace."""

    resume_reading = pause_reading

    async def run(self, stream: Stream) -> None:
        """Send what is written, until it is closed."""
        while data := await self._waiting.get():
            await stream.send(data)
        await stream.hang_up()


async def _hand_over(connection: Connection, stream: Stream, served: Any, transport: _Transport) -> None:
    while not transport.is_closing():
        async with asyncio.timeout(IDLE_SECONDS):
            data = await stream.read(CHUNK)
        if served.get_extra_info("username"):
            # The bytes are cipher from here on: what they hold is told in the clear.
            connection.account.forget()
        if not data:
            return
        served.data_received(data)
        await connection.pace()


def host_key() -> Any:
    """A key for a host."""
    return asyncssh.generate_private_key("ssh-ed25519")
