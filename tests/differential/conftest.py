"""The specification and the exploration lie in the checkout, and are imported from there.

They come last in the path, so that ``toro_core`` itself is the one that is installed.
"""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS), str(TESTS.parent)]
