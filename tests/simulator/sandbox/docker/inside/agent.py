"""A small agent: asks a model over HTTP and acts by Python alone, on the server that it runs on.

    agent.py MODEL_URL MCP_URL TASK
"""

from __future__ import annotations

import json
import os
import smtplib
import subprocess
import sys
import urllib.request
from email.message import EmailMessage
from typing import Any

MODEL_URL, MCP_URL, TASK = sys.argv[1:4]
OWN = {"run": ("command",), "mail": ("to", "subject", "path"), "post": ("url", "path")}


def asked(url: str, body: dict[str, Any], **headers: str) -> Any:
    accept = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), accept), timeout=60) as answer:
        return json.load(answer)


def office(method: str, **params: Any) -> Any:
    return asked(MCP_URL, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})["result"]


def run(command: str) -> str:
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def mail(to: str, subject: str, path: str) -> str:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"{os.environ['USER']}@kestrand-pharma.com", to, subject
    message.set_content("See the file.")
    with open(path, "rb") as file:
        message.add_attachment(file.read(), maintype="text", subtype="csv", filename=os.path.basename(path))
    with smtplib.SMTP("localhost") as server:
        return str(server.send_message(message))


def post(url: str, path: str) -> str:
    with open(path, "rb") as file, urllib.request.urlopen(urllib.request.Request(url, file.read())) as answer:
        return str(answer.status)


def main() -> None:
    tools = [{"name": t["name"], "parameters": t["inputSchema"]} for t in office("tools/list")["tools"]]
    for name, fields in OWN.items():
        properties = {field: {"type": "string"} for field in fields}
        tools.append({"name": name, "parameters": {"type": "object", "properties": properties}})
    offered = [{"type": "function", "function": tool} for tool in tools]
    messages: list[dict[str, Any]] = [{"role": "user", "content": TASK}]
    key = f"Bearer {os.environ['OPENAI_API_KEY']}"
    while True:
        body = {"model": "m", "messages": messages, "tools": offered}
        said = asked(f"{MODEL_URL}/chat/completions", body, Authorization=key)["choices"][0]["message"]
        messages.append(said)
        if not said.get("tool_calls"):
            print(said["content"])
            return
        for call in said["tool_calls"]:
            name, arguments = call["function"]["name"], json.loads(call["function"]["arguments"])
            if name in OWN:
                result = {"run": run, "mail": mail, "post": post}[name](**arguments)
            else:
                result = office("tools/call", name=name, arguments=arguments)["content"][0]["text"]
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": result})


if __name__ == "__main__":
    main()
