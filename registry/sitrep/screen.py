"""The page on screen: one file that asks nothing of the network and obeys no script or style but ours.

Its policy names our own blocks by their hashes, so that even text which broke out of its place would do nothing. An
attribute `style` cannot be named so: those that templates write, such as a bar's length, are moved into a stylesheet.
"""

import base64
import hashlib
import re
from importlib.metadata import version
from pathlib import PurePath

import babel
from markupsafe import Markup

from registry.sitrep import assets
from registry.sitrep.values import Attached

_STYLE_ATTRIBUTE = re.compile(r' style="([\w\s%.:;/-]+)"')
_FILE_TYPES = {".json": "application/json", ".csv": "text/csv"}


def sealed(html: str) -> str:
    """The page with our styles and script inside, and the policy that allows these and no others."""
    head, end_of_head, body = html.partition("</head>")
    body, moved = _without_style_attributes(body)
    styles, script = (assets.inline_styles(), moved), assets.script()
    start, charset, rest = head.partition('<meta charset="utf-8">')
    policy = f'\n<meta http-equiv="Content-Security-Policy" content="{_policy(styles, script)}">'
    blocks = "".join(f"<style>{style}</style>\n" for style in styles) + f"<script>{script}</script>\n"
    return "".join((start, charset, policy, rest, blocks, end_of_head, body))


def data_link(file: Attached) -> Markup:
    """The address of a file that is kept in the page itself."""
    kind = _FILE_TYPES[PurePath(file.name).suffix]
    return Markup("data:{};base64,{}").format(kind, base64.b64encode(file.data).decode())


def renderer() -> tuple[str, ...]:
    """The libraries that decide the bytes, with their versions."""
    return (f"Babel {babel.__version__}", f"Jinja {version('jinja2')}")


def _without_style_attributes(body: str) -> tuple[str, str]:
    """The body with a number in place of each attribute, and the stylesheet with a rule for each number.

    Text of the report holds no quotation mark that is not escaped, so that none of it looks like an attribute.
    """
    found: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return f' data-style="{found.setdefault(match[1], len(found))}"'

    body = _STYLE_ATTRIBUTE.sub(numbered, body)
    return body, "\n".join(f'[data-style="{number}"] {{ {style} }}' for style, number in found.items())


def _policy(styles: tuple[str, ...], script: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {' '.join(map(_hash, styles))}",
            f"script-src {_hash(script)}",
            "img-src data:",
            "font-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(block: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()}'"
