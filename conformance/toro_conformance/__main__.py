"""`toro-conformance`: run the suite from the command line, with pytest's own options as well."""

from __future__ import annotations

import sys

ASYNC_PLUGINS = ("asyncio", "trio", "anyio", "tornado")


def main() -> int:
    """Run every case; the exit status is pytest's."""
    try:
        import pytest
    except ModuleNotFoundError:
        sys.exit("toro-conformance needs pytest: pip install 'toro-sync[conformance]'")
    sys.path.insert(0, "")  # where one stands is where MODULE:ATTR is looked for first
    # Cases run on loops of their own: plugins that would also run loops stay out of the way.
    off = [argument for name in ASYNC_PLUGINS for argument in ("-p", f"no:{name}")]
    plugin = ["-p", "toro_conformance.plugin", "-p", "no:cacheprovider"]
    return int(pytest.main([*off, *plugin, "--pyargs", "toro_conformance.cases", *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
