"""Campaigns that prove the primitives: exploration, stories, mutants.

``python -m verification`` runs what takes minutes, with ``--full`` what takes a night.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

# The specification lies with the tests.  Last, for some of its neighbours bear common names.
sys.path.append(str(ROOT / "tests"))
