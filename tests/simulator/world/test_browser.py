"""The text browser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.browser import render
from fauxcorp.world.personas import Form, FormField
from fauxcorp.world.sites import document, form_html, paragraphs

PAGE = """<!DOCTYPE html><html><head><title> Hi &amp;
 bye</title><style>p { color: red }</style><script>if (a < b) { x("</p>") }</script></head>
<body><!-- not <b>shown</b> --><h1>Hi</h1><p>See <a href="/x">this <b>page</b></a> &lt;ok&gt;<br>two   spaces</p>
<ul><li>one<li>two</ul><form method=post action='/t' enctype="multipart/form-data">
<input name=e type=email required><textarea name="m"></textarea><select name=s><option value="1">first</select>
<input type=submit name=go><button>Go</button></form><pre>a
    b</pre></body></html>"""


def test_title_text_links_and_forms() -> None:
    page = render(PAGE)
    assert page.title == "Hi & bye"
    assert page.text.startswith("Hi\n\nSee this page [1] <ok>\ntwo spaces\n\n- one\n- two")
    assert page.text.endswith("a\n    b")
    assert [(link.text, link.url) for link in page.links] == [("this page", "/x")]
    form = page.forms[0]
    assert (form.action, form.method, form.multipart) == ("/t", "POST", True)
    assert [(f.name, f.kind, f.required, f.options) for f in form.fields] == [
        ("e", "email", True, []), ("m", "textarea", False, []), ("s", "select", False, ["1"]),
    ]  # fmt: skip
    assert "color" not in page.text
    assert "shown" not in page.text


@pytest.mark.parametrize(
    "piece",
    ["<", "<!--", "<a ", "<![CDATA[", "</", '<a a="', "&#", "<script>", "<a a='", "<a href=x>", "<form><input name=a>"],
)
def test_a_page_without_ends_is_read_to_its_end(piece: str) -> None:
    page = render(piece * 200_000)
    assert len(page.links) <= 500
    assert len(page.forms) <= 20


@given(st.text(alphabet=st.sampled_from("<>/=\"' aAhref&#;!-\nİform"), max_size=300))
def test_render_is_total(text: str) -> None:
    assert isinstance(render(text).text, str)


@given(st.text(max_size=50), st.text(max_size=50))
def test_what_a_site_shows_is_read_back(title: str, text: str) -> None:
    form = Form(path="/f", title="t", fields=(FormField(name="m", kind="textarea", required=True),))
    page = render(document(title, paragraphs(text) + form_html(form)))
    assert [f.name for f in page.forms[0].fields] == ["m"]
    assert len(page.forms) == 1
