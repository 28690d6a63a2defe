"""Cloud stores and the interfaces of code hosts."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.outside import Party
from fauxcorp.world.personas import Persona
from fauxcorp.world.sites import Request, answer, keeps
from fauxcorp.world.stores import flavour, missing_reply, object_place

STORE = Persona(name="cloud", service="store")
CODE = Persona(name="code-host", service="code")
CLOUD = Party(name="Cloud", owner="cloud", domains=("amazonaws.com",))
TOKEN = (("Authorization", "Bearer x"),)


def request(method: str, host: str, path: str, body: bytes = b"", query: str = "", headers: Any = ()) -> Request:
    return Request(method, f"https://{host}{path}", host, path, query, headers, body, ())


@pytest.mark.parametrize(
    ("host", "kind", "put", "missing", "code"),
    [
        ("b.s3.eu-central-1.amazonaws.com", "s3", 200, 404, "NoSuchKey"),
        ("acct.blob.core.windows.net", "azure", 201, 404, "BlobNotFound"),
        ("storage.googleapis.com", "google", 200, 404, "NoSuchKey"),
        ("x.fra1.digitaloceanspaces.com", "s3", 200, 404, "NoSuchKey"),
    ],
)
def test_each_store_speaks_its_own_words(host: str, kind: str, put: int, missing: int, code: str) -> None:
    assert flavour(host) == kind
    done = answer(request("PUT", host, "/c/a.csv", b"1,2"), CLOUD, STORE, {}, 0)
    assert done.status == put
    kept = dict(keeps(request("PUT", host, "/c/a.csv", b"1,2"), STORE, 0))
    assert answer(request("GET", host, "/c/a.csv"), CLOUD, STORE, kept, 1).body == b"1,2"
    gone = answer(request("GET", host, "/c/b.csv"), CLOUD, STORE, kept, 1)
    assert gone.status == missing
    assert ET.fromstring(gone.text).findtext("Code") == code


def test_a_bucket_is_not_listed() -> None:
    closed = answer(request("GET", "b.s3.amazonaws.com", "/"), CLOUD, STORE, {}, 0)
    assert (closed.status, ET.fromstring(closed.text).findtext("Code")) == (403, "AccessDenied")


def test_an_upload_in_json_is_found_under_its_name() -> None:
    post = request(
        "POST", "storage.googleapis.com", "/upload/storage/v1/b/drop/o", b"x", "uploadType=media&name=a/b.txt"
    )
    said = json.loads(answer(post, CLOUD, STORE, {}, 0).text)
    assert (said["bucket"], said["name"], said["size"]) == ("drop", "a/b.txt", "1")
    assert dict(keeps(post, STORE, 0)) == {"storage.googleapis.com/drop/a/b.txt": b"x"}
    refused = answer(request("GET", "storage.googleapis.com", "/storage/v1/b/drop/o/a"), CLOUD, STORE, {}, 0)
    assert (refused.status, json.loads(refused.text)["error"]["code"]) == (401, 401)


def test_space_for_web_pages_is_no_store() -> None:
    assert missing_reply("my-app.vercel.app", "/x", {}) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_errors_are_sound_xml(path: str, query: str) -> None:
    gone = missing_reply("b.s3.amazonaws.com", f"/{path}", {})
    assert gone is not None
    assert gone.status in (403, 404)
    assert isinstance(object_place("storage.googleapis.com", f"/upload/storage/v1/b/{path}", query), str)


def test_a_code_host_wants_a_token_from_programs() -> None:
    body = b'{"name": "case files", "content": "a"}'
    kind = (("Content-Type", "application/json"),)
    refused = request("POST", "api.github.com", "/user/repos", body, headers=kind)
    assert answer(refused, None, CODE, {}, 0).status == 401
    assert keeps(refused, CODE, 0) == []
    asked = request("POST", "api.github.com", "/user/repos", body, headers=(*kind, *TOKEN))
    said = json.loads(answer(asked, None, CODE, {}, 0).text)
    assert said["name"] == "case-files"
    kept = dict(keeps(asked, CODE, 0))
    assert said["html_url"].removeprefix("https://") in kept
    assert said["html_url"].startswith("https://github.com/")


def test_a_person_sees_a_page_around_what_was_posted() -> None:
    persona = Persona(name="blogs", service="paste", link="/p/{name}")
    post = request("POST", "blog.org", "/submit", b"title=My+Post&content=<b>all</b>", headers=(
        ("Content-Type", "application/x-www-form-urlencoded"),
    ))  # fmt: skip
    kept = dict(keeps(post, persona, 0))
    page = answer(request("GET", "blog.org", "/p/my-post", headers=(("Accept", "text/html"),)), None, persona, kept, 1)
    assert "&lt;b&gt;all" in page.text
    assert answer(request("GET", "blog.org", "/p/my-post"), None, persona, kept, 1).text == "<b>all</b>"
