"""The search lies in the checkout; last in the path, so that Toro is the one installed."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
