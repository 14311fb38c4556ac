"""Puts pip into the virtual environment that runs this, where Python comes without ensurepip.

pip's wheel is taken from the package index that pip itself would use, and run only if its hash is in the lock.
"""

import configparser
import hashlib
import html
import os
import re
import runpy
import sys
import tempfile
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from urllib.request import urlopen

LOCK = Path(__file__).with_name("requirements.lock")
HOME = Path.home()
PIP_SETTINGS = [
    "/etc/pip.conf",
    *(str(HOME / place / "pip.conf") for place in (".pip", ".config/pip", "Library/Application Support/pip")),
    os.environ.get("PIP_CONFIG_FILE", os.devnull),
]


def index() -> str:
    """The address of the package index: the environment's, else pip's settings', else PyPI."""
    settings = configparser.RawConfigParser()
    settings.read(PIP_SETTINGS, encoding="utf-8")
    default = settings.get("global", "index-url", fallback="https://pypi.org/simple")
    return os.environ.get("PIP_INDEX_URL", default).rstrip("/")


def main() -> None:
    """Find the pinned wheel on the index's page, check it, and let it install itself."""
    pinned = re.search(r"^pip==(\S+).*((?:\n {4}--hash=\S+.*)+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None, f"{LOCK} pins no pip"  # noqa: S101 -- a lock without pip is our own mistake
    wheel = f"pip-{pinned[1]}-py3-none-any.whl"
    page = f"{index()}/pip/"
    with urlopen(page) as answer:  # noqa: S310 -- the address is the user's own setting
        link = re.search(rf'href="([^"]*{re.escape(wheel)}[^"]*)"', answer.read().decode())
    if link is None:
        sys.exit(f"setup: {page} does not list {wheel}; install Python's ensurepip module and run this again")
    with urlopen(urljoin(page, urldefrag(html.unescape(link[1])).url)) as answer:  # noqa: S310 -- as above
        content = answer.read()
    if f"sha256:{hashlib.sha256(content).hexdigest()}" not in pinned[2]:
        sys.exit(f"setup: {wheel} from {page} is not the file that the lock pins; check the index and run this again")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, wheel)
        path.write_bytes(content)
        sys.path.insert(0, str(path))  # a wheel can be imported from as it is
        sys.argv = ["pip", "--disable-pip-version-check", "--quiet", "install", "--no-index", str(path)]
        runpy.run_module("pip", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"setup: pip could not be fetched: {error}; install Python's ensurepip module and run this again")
