"""Connects standard input and output to the office's server: python bridge.py HOST:PORT TOKEN

Both may be given as OFFICE_SERVER and OFFICE_TOKEN in the environment instead.
"""

# Copied beside the configuration of clients, and started anew by some of them for each call: so nothing but the
# standard library, and little of that.
import os
import socket
import sys
import threading

PIECE = 65536


def main() -> None:
    """Copy both ways until the server closes the connection, which it does after the last answer."""
    given = sys.argv[1:]
    where = given[0] if given else os.environ.get("OFFICE_SERVER", "")
    token = given[1] if len(given) > 1 else os.environ.get("OFFICE_TOKEN", "")
    host, _, port = where.rpartition(":")
    try:
        link = socket.create_connection((host.strip("[]"), int(port)), timeout=10)
        link.settimeout(None)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(token.encode() + b"\n")
    except (OSError, ValueError, OverflowError) as error:
        sys.exit(f"cannot reach the server at {where or 'OFFICE_SERVER'}: {error}")
    threading.Thread(target=_send, args=(link,), daemon=True).start()
    answered = _receive(link)
    # Not by sys.exit: the other thread may wait for input that never comes.
    if not answered:
        os.write(2, b"the server closed the connection; is the token right, is the session over?\n")
    os._exit(0 if answered else 1)


def _send(link: socket.socket) -> None:
    try:
        while piece := os.read(0, PIECE):
            link.sendall(piece)
        link.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the server has gone, which the other direction notices


def _receive(link: socket.socket) -> bool:
    """Whether anything came before the end."""
    some = False
    try:
        while piece := link.recv(PIECE):
            some = True
            while piece:
                piece = piece[os.write(1, piece) :]
    except OSError:
        pass  # the client has gone
    return some


if __name__ == "__main__":
    main()
