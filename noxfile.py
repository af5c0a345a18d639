"""Everything that is checked, as `nox` sessions; `nox -l` lists them.

The wheel is built once and installed in every session that runs code, and tests run from outside
the checkout, so that what is tested is what is published. Each `conformance` session has only its
own event loop installed.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|venv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"

ROOT = Path(__file__).parent
DIST = ROOT / ".nox" / "dist"
REPORTS = ROOT / ".nox" / "reports"

PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
EXTRAS = PROJECT["project"]["optional-dependencies"]
PACKAGES = PROJECT["tool"]["check-wheel-contents"]["toplevel"]

EVERYTHING = ["all", "conformance", "metrics"]  # The extras; "all" is every loop.

# What is installed beside the wheel, and the suite's drivers that run with it.
BACKENDS = {
    "asyncio": ([], ["asyncio", "asyncio-eager", "asyncio-debug"]),
    "uvloop": (["uvloop"], ["uvloop"]),
    "tornado": (["tornado"], ["tornado", "tornado-future"]),
    "trio": (["trio"], ["trio"]),
    "anyio": (["anyio"], ["anyio-asyncio", "anyio-asyncio-native"]),
    "anyio-trio": (["anyio", "trio"], ["anyio-trio"]),
}

# What `tests` leaves to the sessions of its own, which need more installed, or less.
ELSEWHERE = [
    "tests/conformance/test_every_adapter.py",
    *(
        f"tests/{name}"
        for name in ("differential", "docs", "examples", "packaging", "typing", "upstream")
    ),
]

# What takes long and hardly depends on the Python is run on one: how work grows with those who
# wait, the machines against their specification, the suite's own tests, adapters of others, the
# waits that are shared, the simulator's explorations, and insight's whole suite.
ONCE = [
    "tests/scaling/test_growth_of_adapters.py",
    "tests/scaling/test_growth_of_machines.py",
    "tests/core/test_against_the_specification.py",
    "tests/core/test_exploration.py",
    "tests/adapters/test_twisted.py",
    "tests/conformance/test_foreign.py",
    "tests/conformance/test_shared_waits.py",
    "tests/conformance/test_teeth.py",
    "tests/insight/test_transparent.py",
    "tests/sim/test_merging.py",
    "tests/sim/test_pool_example.py",
    "tests/sim/test_primitives.py",
]

MUTANTS = {
    "core": "verification.mutate",
    "adapters": "verification.mutate_adapters",
    "insight": "verification.mutate_insight",
}

PARALLEL = ["-n", "auto", "--dist", "worksteal"]

SCHEMAS = {
    "citation-file-format": "CITATION.cff",
    "dependabot": ".github/dependabot.yml",
    "github-issue-forms": ".github/ISSUE_TEMPLATE/*.yml",
    "github-workflows": ".github/workflows/*.yml",
    "readthedocs": ".readthedocs.yaml",
}


# Interpreters


def find_pythons() -> list[str]:
    """The supported Pythons that really start here, each made findable by its name."""
    found = {version: working_python(version) for version in nox.project.python_versions(PROJECT)}
    left_out = [version for version, path in found.items() if path is None]
    if left_out:
        print(f"Left out, for no such Python was found: {', '.join(left_out)}", file=sys.stderr)
    for version, path in found.items():
        if path and shutil.which(f"python{version}") != path:
            os.environ["PATH"] = os.path.dirname(path) + os.pathsep + os.environ["PATH"]
    return [version for version, path in found.items() if path]


def working_python(version: str) -> str | None:
    """The first interpreter that answers with this version; a version manager's shim may not."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    for path in candidates(version):
        answer = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False)
        if answer.stdout.strip() == version:
            return path
    return None


def candidates(version: str) -> Iterator[str]:
    folders = [*os.environ["PATH"].split(os.pathsep), os.path.dirname(sys.executable)]
    folders += sorted(glob.glob(os.path.expanduser(f"~/.pyenv/versions/{version}.*/bin")))
    for folder in folders:
        if path := shutil.which(f"python{version}", path=folder):
            yield path


PYTHONS = find_pythons()
OLDEST, NEWEST = PYTHONS[0], PYTHONS[-1]


# What sessions share


def group(*names: str) -> list[str]:
    return nox.project.dependency_groups(PROJECT, *names)


def install_wheel(session: nox.Session, extras: list[str], *others: str) -> None:
    """Install the wheel that `build` made, with extras, and whatever else is needed."""
    wheel = next(DIST.glob("*.whl"))
    session.install(f"toro-sync[{','.join(extras)}] @ {wheel.as_uri()}", *others)
    session.install("--force-reinstall", "--no-deps", str(wheel))


def report(session: nox.Session) -> str:
    """Where pytest notes what it ran; `.ci/run` adds these up."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.]+", "-", session.name)
    return f"--junit-xml={REPORTS / name}.xml"


def pytest(session: nox.Session, *paths: str, ignore: Iterable[str] = ()) -> None:
    """Run tests of the checkout against the installed wheel, from outside the checkout."""
    session.chdir(session.create_tmp())
    config = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    chosen = [str(ROOT / path) for path in paths]
    left_out = [f"--ignore={ROOT / path}" for path in ignore]
    options = [*config, *PARALLEL, report(session), *left_out]
    session.run("pytest", "-q", *options, *chosen, *session.posargs)


def conform(session: nox.Session, drivers: list[str]) -> None:
    """Run the installed suite from outside the checkout."""
    if session.python == "3.11":
        drivers = [driver for driver in drivers if driver != "asyncio-eager"]  # New in 3.12.
    session.chdir(session.create_tmp())
    adapters = [argument for driver in drivers for argument in ("--toro-adapter", driver)]
    options = ["-q", *PARALLEL, report(session)]
    session.run("toro-conformance", *adapters, *options, *session.posargs)


# The wheel


@nox.session(python=NEWEST)
def build(session: nox.Session) -> None:
    """Build the sdist, and the wheel from it, into .nox/dist."""
    session.install(*group("packaging"))
    shutil.rmtree(DIST, ignore_errors=True)
    shutil.rmtree(REPORTS, ignore_errors=True)
    session.run("python", "-m", "build", "--no-isolation", "--outdir", str(DIST), str(ROOT))


@nox.session(python=NEWEST, requires=["build"])
def packaging(session: nox.Session) -> None:
    """What is in the wheel and the sdist, what imports what, whether builds are reproducible."""
    install_wheel(session, EVERYTHING, *group("packaging", "test"))
    session.run("twine", "check", "--strict", *map(str, DIST.iterdir()))
    session.run("check-wheel-contents", "--config", str(ROOT / "pyproject.toml"), str(DIST))
    pytest(session, "tests/packaging")


# Behaviour


@nox.session(python=PYTHONS, requires=["build"])
def tests(session: nox.Session) -> None:
    """tests/, with every loop installed, but for the folders that have a session of their own."""
    install_wheel(session, EVERYTHING, *group("test", "uvloop", "adapters"))
    run_elsewhere = [] if session.python == NEWEST else ONCE
    pytest(session, "tests", ignore=[*ELSEWHERE, *run_elsewhere])


@nox.session(python=PYTHONS, requires=["build"])
@nox.parametrize("backend", list(BACKENDS), ids=list(BACKENDS))
def conformance(session: nox.Session, backend: str) -> None:
    """The shared suite on one backend, with only its loop installed."""
    extras, drivers = BACKENDS[backend]
    own = [extra for extra in extras if extra in EXTRAS]
    loop = group("uvloop") if backend == "uvloop" else []
    install_wheel(session, ["conformance", *own], *loop, *group("parallel"))
    conform(session, drivers)


@nox.session(python=PYTHONS, requires=["build"])
def upstream(session: nox.Session) -> None:
    """The loops' own tests of their primitives, and code written for Toro 1.0, run on ours."""
    install_wheel(session, EVERYTHING, *group("test"))
    pytest(session, "tests/upstream")


@nox.session(python=NEWEST, requires=["build"])
def differential(session: nox.Session) -> None:
    """Random programs on every adapter against the specification."""
    install_wheel(session, EVERYTHING, *group("test", "uvloop"))
    pytest(session, "tests/differential")


@nox.session(python=OLDEST, requires=["build"])
def lowest(session: nox.Session) -> None:
    """The shared suite with the lowest versions of everything that pyproject.toml allows."""
    bounds = [bound for name, extra in EXTRAS.items() if name != "all" for bound in extra]
    session.install(
        *(bound.replace(">=", "==") for bound in [*bounds, *group("uvloop")]), *group("parallel")
    )
    session.install("--force-reinstall", "--no-deps", str(next(DIST.glob("*.whl"))))
    # asyncio is no older than its Python, and has been tried there.
    backends = [backend for backend in BACKENDS if backend != "asyncio"]
    conform(session, [driver for backend in backends for driver in BACKENDS[backend][1]])


@nox.session(python=NEWEST, requires=["build"])
def examples(session: nox.Session) -> None:
    """The example programs, each on every backend."""
    install_wheel(session, EVERYTHING, *group("test", "examples"))
    pytest(session, "tests/examples")


@nox.session(python=NEWEST, requires=["build"], default=False)
def spider(session: nox.Session) -> None:
    """Crawl Python's own documentation server with the web spider, on every backend."""
    install_wheel(session, ["all"], *group("examples"))
    session.chdir(session.create_tmp())
    session.run("python", str(ROOT / "examples/spider.py"), "--backend", "all", *session.posargs)


# Code


@nox.session(python=NEWEST)
def lint(session: nox.Session) -> None:
    """Style, format, spelling, who may import whom, and the files of the repository's front."""
    session.install(*group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")
    session.run("lint-imports")
    session.run("validate-pyproject", "pyproject.toml")
    for schema, files in SCHEMAS.items():
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *glob.glob(files))
    session.run("zizmor", "--offline", "--quiet", ".github/workflows")
    session.run("towncrier", "build", "--draft", "--version", "next")


@nox.session(python=NEWEST, requires=["build"])
def types(session: nox.Session) -> None:
    """mypy and pyright, strict; how completely the packages are typed; code they must reject."""
    install_wheel(session, EVERYTHING, *group("types", "test", "examples", "uvloop", "adapters"))
    session.run("mypy")
    session.run("mypy", *glob.glob("examples/*.py"), env={"MYPYPATH": "examples"})
    session.run("mypy", "examples/adapters/twisted", "examples/library")
    for program in glob.glob("examples/quickstart/*.py"):
        session.run("mypy", program)
    here = shutil.which("python", path=session.bin)  # Not a .venv that lies in the checkout.
    session.run("basedpyright", "--level", "error", "--pythonpath", str(here))
    pytest(session, "tests/typing", "tests/docs/test_types.py")


# Longer, or for one purpose


@nox.session(python=NEWEST, requires=["build"])
def docs(session: nox.Session) -> None:
    """Build the site, with warnings as errors, and run what its pages say."""
    install_wheel(session, EVERYTHING, *group("docs", "test", "examples"))
    session.run("sphinx-build", "-q", "-n", "-W", "--keep-going", "docs", "docs/_build/html")
    pytest(session, "tests/docs")


@nox.session(python=NEWEST, requires=["build"], default=False)
def verify(session: nox.Session) -> None:
    """Exploration beside the specification: minutes here, `-- --full` for the long campaigns."""
    install_wheel(session, EVERYTHING, *group("test", "uvloop"))
    session.run("python", "-m", "verification", *session.posargs)


@nox.session(python=NEWEST, requires=["build"], default=False)
def mutation(session: nox.Session) -> None:
    """Mutants of the core, or `-- adapters` or `-- insight`: some test must convict each."""
    install_wheel(session, EVERYTHING, *group("test", "uvloop"))
    which, *rest = session.posargs or ["core"]
    if which not in MUTANTS:
        which, rest = "core", session.posargs
    session.run("python", "-m", MUTANTS[which], *rest)


@nox.session(python=NEWEST, requires=["build"], default=False)
def coverage(session: nox.Session) -> None:
    """Lines and branches of the core and the adapters that the tests and the suite reach."""
    install_wheel(session, EVERYTHING, *group("test", "uvloop", "adapters", "coverage"))
    folder = Path(session.create_tmp())
    for old in folder.glob(".coverage*"):
        old.unlink()
    session.chdir(folder)
    session.env["COVERAGE_RCFILE"] = str(ROOT / "pyproject.toml")
    config = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    # Among them is the shared suite, on every driver.
    measured = ("core", "conformance", "sim", "insight", "adapters", "errors", "faults", "upstream")
    paths = [str(ROOT / "tests" / name) for name in measured]
    session.run("coverage", "run", "-m", "pytest", "-q", *config, *paths, *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session(python=NEWEST, requires=["build"], default=False)
def bench(session: nox.Session) -> None:
    """Every scenario, ours and every peer's side by side; `-- --quick` for under a minute."""
    install_wheel(session, ["all"], *group("bench"))
    session.run("python", "-m", "benchmarks", *session.posargs)
