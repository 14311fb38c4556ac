"""Where the folders kept beside the package are: the repository root, or the copy inside a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).parent
_BUNDLED = PACKAGE / "_bundled"
_ROOT = _BUNDLED if _BUNDLED.is_dir() else PACKAGE.parent

MIGRATIONS = _ROOT / "migrations"
TEMPLATES = _ROOT / "reports" / "templates"
CODELISTS = PACKAGE / "codelists"
DEMO = PACKAGE / "demo"
LOCALE = PACKAGE / "locale"
VIEWS = PACKAGE / "sql" / "views"
TRIGGERS = PACKAGE / "sql" / "triggers"
NAME_INDEX = PACKAGE / "sql" / "names"
KEPT = PACKAGE / "sql" / "kept"
QUERIES = PACKAGE / "sql" / "queries"
