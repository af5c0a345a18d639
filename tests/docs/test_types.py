"""What the programs in the documentation use is there for type checkers, too."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .pages import pages, programs

pytest.importorskip("basedpyright")

# The programs have no annotations, so only of what they use can there be something to say.
SETTINGS = {
    "typeCheckingMode": "off",
    "reportAttributeAccessIssue": "error",
    "reportOptionalMemberAccess": "error",
}


def typed(source: str) -> str:
    """The program of somebody who annotates the namespace that a function is given."""
    heads = re.compile(r"^ *(async )?def .*:$", re.M)
    source = heads.sub(lambda head: re.sub(r"\btoro(?=[,)])", "toro: Toro", head[0]), source)
    return f"from toro_core.typing import Toro\n{source}"


def test_type_checkers_know_what_the_programs_use(tmp_path: Path) -> None:
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(SETTINGS), "utf-8")
    sources = [typed(program.source) for page in pages() for program in programs(page)]
    for number, source in enumerate(sources):
        (tmp_path / f"program{number}.py").write_text(source, "utf-8")
    command = ["-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(sources)
    assert sum("toro: Toro" in source for source in sources) > 5
    found = [
        f"{each['message']}: {Path(each['file']).read_text('utf-8').splitlines()[line].strip()}"
        for each in report["generalDiagnostics"]
        for line in [each["range"]["start"]["line"]]
    ]
    assert not found, "\n".join(found)
