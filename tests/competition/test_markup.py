"""Markdown that people write: what it may make of a page, and above all what not."""

import re

import pytest

from competition.markup import TAGS, render

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "![x](https://elders.example/x.png)",
    '![x](x "onerror=alert(1)")',
    '[x](https://a.example "onmouseover=alert(1)")',
    "[x][r]\n\n[r]: javascript:alert(1)",
    "`<script>`\n\n```html\n<script>alert(1)</script>\n```",
    "<style>*{display:none}</style><iframe src=https://a.example></iframe><form action=https://a.example>",
    "\x00<scr\x00ipt>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "> <b onclick=alert(1)>x</b>",
]
HARMLESS = re.compile(
    rf'</?(?:{"|".join(sorted(TAGS))})>|<a href="https://[^"<>]+" rel="noopener nofollow">|<a rel="noopener nofollow">'
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_can_act_is_left(payload: str) -> None:
    assert "<" not in HARMLESS.sub("", render(payload))


@pytest.mark.parametrize(
    "address",
    ["//elders.example/", "/mijn/", "?x=1", "mijn/", "http://a.example/", "https://jan:x@a.example/", "mailto:a@b.nl"],
)
def test_only_whole_secure_addresses_become_links(address: str) -> None:
    assert "href" not in render(f"[x]({address})")


def test_a_link_gives_nothing_away() -> None:
    assert render("[x](https://a.example/p)") == (
        '<p><a href="https://a.example/p" rel="noopener nofollow">x</a></p>\n'
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Een.\n\nTwee\ndrie.", "<p>Een.</p>\n<p>Twee<br>\ndrie.</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("**vet** en *schuin*", "<p><strong>vet</strong> en <em>schuin</em></p>\n"),
        ("# Een\n\n#### Twee", "<h3>Een</h3>\n<h4>Twee</h4>\n"),
        ("", ""),
    ],
)
def test_what_people_write_looks_as_they_mean_it(text: str, html: str) -> None:
    assert render(text) == html


def test_long_and_deep_texts_end() -> None:
    for text in ("> " * 4000, "[" * 4000, "*a_" * 1333, "- " * 2000 + "x", "`" * 4000):
        assert isinstance(render(text), str)
