"""Where a run was made; nothing here tells whose machine it was."""

import os
import platform
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["describe"]

PACKAGES = (
    "toro-sync",
    "tornado",
    "trio",
    "anyio",
    "uvloop",
    "aiologic",
    "culsans",
    "janus",
    "aiorwlock",
)


def describe() -> dict[str, object]:
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "build": "optimized (PGO)" if _optimized() else "without --enable-optimizations",
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "versions": {package: v for package in PACKAGES if (v := _version(package))},
    }


def _optimized() -> bool:
    return "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
