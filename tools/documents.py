"""Write the generated documents anew: docs/definitions.md and the key sheet in the README.

With --check nothing is written; the exit code is 1 when something is out of date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from salesdesk.commands import key_sheet
from salesdesk.line.glossary import to_markdown

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- keys: begin -->", "<!-- keys: end -->"


def documents() -> dict[Path, str]:
    """Each generated file with its text as it should be."""
    readme = ROOT / "README.md"
    sheet = f"{BEGIN}\n{key_sheet().strip()}\n{END}"
    text = re.sub(f"{BEGIN}.*{END}", lambda _: sheet, readme.read_text(encoding="utf-8"), flags=re.DOTALL)
    return {ROOT / "docs" / "definitions.md": to_markdown(), readme: text}


def main() -> int:
    """Write, or with --check compare."""
    wanted = documents()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        sys.stderr.writelines(f"{path.relative_to(ROOT)} is out of date: make docs\n" for path in stale)
        return 1 if stale else 0
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
