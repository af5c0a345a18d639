"""The specification lies beside these tests, and is imported as ``spec``."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
