"""The official SDKs, each in its ways of asking, brought to one form."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anthropic import Anthropic
from openai import OpenAI

from .conftest import OPEN_SCHEMA, RESULT, TOOLS, tool


@dataclass
class Got:
    """An answer as an SDK parsed it."""

    id: str
    text: str
    calls: list[tuple[str, str, str]]
    """Id, name and arguments as JSON."""
    stop: str
    tokens: tuple[int, int]
    raw: Any


Ask = Callable[[str, list[Any]], Got]


def of_chat(done: Any) -> Got:
    (choice,) = done.choices
    calls = [(c.id, c.function.name, c.function.arguments) for c in choice.message.tool_calls or []]
    usage = (done.usage.prompt_tokens, done.usage.completion_tokens)
    return Got(done.id, choice.message.content or "", calls, choice.finish_reason, usage, choice.message)


def chat(url: str, messages: list[Any]) -> Got:
    client = OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)
    tools: Any = [tool("chat/completions", t) for t in TOOLS]
    return of_chat(client.chat.completions.create(model="m", messages=messages, tools=tools))


def chat_stream(url: str, messages: list[Any]) -> Got:
    client = OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)
    tools: Any = [tool("chat/completions", t) for t in TOOLS]
    with client.chat.completions.stream(
        model="m", messages=messages, tools=tools, stream_options={"include_usage": True}
    ) as stream:
        return of_chat(stream.get_final_completion())


def after_chat(got: Got) -> list[Any]:
    keep = {"role", "content", "tool_calls"}
    results = [{"role": "tool", "tool_call_id": id, "content": RESULT} for id, _, _ in got.calls]
    return [got.raw.model_dump(include=keep, exclude_none=True), *results]


def of_responses(done: Any) -> Got:
    calls = [(i.call_id, i.name, i.arguments) for i in done.output if i.type == "function_call"]
    return Got(done.id, done.output_text, calls, done.status, (done.usage.input_tokens, done.usage.output_tokens), done)


def responses(url: str, messages: list[Any]) -> Got:
    client = OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)
    tools: Any = [tool("responses", t) for t in TOOLS]
    return of_responses(client.responses.create(model="m", input=messages, tools=tools))


def responses_stream(url: str, messages: list[Any]) -> Got:
    client = OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)
    tools: Any = [tool("responses", t) for t in TOOLS]
    kinds = []
    with client.responses.stream(model="m", input=messages, tools=tools) as stream:
        for event in stream:
            kinds.append(event.type)
        done = stream.get_final_response()
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds[-1] == "response.completed"
    return of_responses(done)


def after_responses(got: Got) -> list[Any]:
    results = [{"type": "function_call_output", "call_id": id, "output": RESULT} for id, _, _ in got.calls]
    return [*(item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in got.raw.output), *results]


def of_messages(done: Any) -> Got:
    text = "".join(b.text for b in done.content if b.type == "text")
    calls = [(b.id, b.name, _json(b.input)) for b in done.content if b.type == "tool_use"]
    return Got(done.id, text, calls, done.stop_reason, (done.usage.input_tokens, done.usage.output_tokens), done)


def messages(url: str, talk: list[Any]) -> Got:
    client = Anthropic(base_url=url, api_key="any", max_retries=0)
    tools: Any = [{"name": t, "input_schema": OPEN_SCHEMA} for t in TOOLS]
    return of_messages(client.messages.create(model="m", max_tokens=99, messages=talk, tools=tools))


def messages_stream(url: str, talk: list[Any]) -> Got:
    client = Anthropic(base_url=url, auth_token="any", api_key=None, max_retries=0)
    tools: Any = [{"name": t, "input_schema": OPEN_SCHEMA} for t in TOOLS]
    with client.messages.stream(model="m", max_tokens=99, messages=talk, tools=tools) as stream:
        return of_messages(stream.get_final_message())


def beta_stream(url: str, talk: list[Any]) -> Got:
    client = Anthropic(base_url=url, api_key="any", max_retries=0)
    tools: Any = [{"name": t, "input_schema": OPEN_SCHEMA} for t in TOOLS]
    with client.beta.messages.stream(
        model="m", max_tokens=99, messages=talk, tools=tools, betas=["any-2026-01-01"]
    ) as stream:
        return of_messages(stream.get_final_message())


def after_messages(got: Got) -> list[Any]:
    blocks = [b.model_dump(include={"type", "text", "id", "name", "input"}) for b in got.raw.content]
    results = [{"type": "tool_result", "tool_use_id": id, "content": RESULT} for id, _, _ in got.calls]
    return [{"role": "assistant", "content": blocks}, *([{"role": "user", "content": results}] if results else [])]


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


WAYS: dict[str, tuple[Ask, Callable[[Got], list[Any]]]] = {
    "chat": (chat, after_chat),
    "chat-stream": (chat_stream, after_chat),
    "responses": (responses, after_responses),
    "responses-stream": (responses_stream, after_responses),
    "messages": (messages, after_messages),
    "messages-stream": (messages_stream, after_messages),
    "beta-stream": (beta_stream, after_messages),
}
