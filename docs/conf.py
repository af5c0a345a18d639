"""How the site is built: ``nox -s docs``, or ``sphinx-build -n -W docs docs/_build/html``.

Nothing is fetched.  References to other projects are resolved by a table below instead of by
inventories, and whatever is neither in the site nor in the table is an error.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from docutils import nodes

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "conformance")]

import toro_core  # noqa: E402

project = "Toro"
author = "The Toro authors"
copyright = "The Toro authors; Apache License 2.0"
version = release = toro_core.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "sphinx_inline_tabs",
]
exclude_patterns = ["_build", "peers.md"]
html_theme = "furo"
html_title = f"Toro {version}"
html_static_path = ["_static"]
html_css_files = ["toro.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#8a3b12", "color-brand-content": "#8a3b12"},
    "dark_css_variables": {"color-brand-primary": "#f0a878", "color-brand-content": "#f0a878"},
}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["config.cache"]

nitpicky = True
nitpick_ignore_regex = [
    (
        "py:.*",
        r"(.*\.)?(T|F|P|TypeVar|Any|Self|Entry|Kind|Like|Loop|Body|Call|TypeAliasForwardRef)",
    ),
    ("py:.*", r"prometheus_client\..*"),
    ("py:.*", r"toro_\w+\.(\w+\.)*_\w+(\..*)?"),  # bases and results that are not public names
]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_type_aliases = {"Deadline": "Deadline", "Span": "Span", "Settled": "Settled"}
python_use_unqualified_type_names = True
python_display_short_literal_types = True
add_module_names = False

PYTHON = "https://docs.python.org/3/library"
ELSEWHERE = {
    "bool": f"{PYTHON}/functions.html#bool",
    "float": f"{PYTHON}/functions.html#float",
    "int": f"{PYTHON}/functions.html#int",
    "object": f"{PYTHON}/functions.html#object",
    "type": f"{PYTHON}/functions.html#type",
    "str": f"{PYTHON}/stdtypes.html#str",
    "dict": f"{PYTHON}/stdtypes.html#dict",
    "frozenset": f"{PYTHON}/stdtypes.html#frozenset",
    "list": f"{PYTHON}/stdtypes.html#list",
    "tuple": f"{PYTHON}/stdtypes.html#tuple",
    "None": f"{PYTHON}/constants.html#None",
    "BaseException": f"{PYTHON}/exceptions.html#BaseException",
    "Exception": f"{PYTHON}/exceptions.html#Exception",
    "GeneratorExit": f"{PYTHON}/exceptions.html#GeneratorExit",
    "TimeoutError": f"{PYTHON}/exceptions.html#TimeoutError",
    "AssertionError": f"{PYTHON}/exceptions.html#AssertionError",
    "datetime.timedelta": f"{PYTHON}/datetime.html#datetime.timedelta",
    "enum.Enum": f"{PYTHON}/enum.html#enum.Enum",
    "types.ModuleType": f"{PYTHON}/types.html#types.ModuleType",
    "queue.Empty": f"{PYTHON}/queue.html#queue.Empty",
    "queue.Full": f"{PYTHON}/queue.html#queue.Full",
    "queue.ShutDown": f"{PYTHON}/queue.html#queue.ShutDown",
    "asyncio.QueueEmpty": f"{PYTHON}/asyncio-queue.html#asyncio.QueueEmpty",
    "asyncio.QueueFull": f"{PYTHON}/asyncio-queue.html#asyncio.QueueFull",
    "asyncio.QueueShutDown": f"{PYTHON}/asyncio-queue.html#asyncio.QueueShutDown",
    "asyncio.queues.QueueEmpty": f"{PYTHON}/asyncio-queue.html#asyncio.QueueEmpty",
    "asyncio.queues.QueueFull": f"{PYTHON}/asyncio-queue.html#asyncio.QueueFull",
    "asyncio.queues.QueueShutDown": f"{PYTHON}/asyncio-queue.html#asyncio.QueueShutDown",
    "_asyncio.Future": f"{PYTHON}/asyncio-future.html#asyncio.Future",
    "asyncio.Future": f"{PYTHON}/asyncio-future.html#asyncio.Future",
    "collections.Counter": f"{PYTHON}/collections.html#collections.Counter",
    "contextlib.AbstractAsyncContextManager": (
        f"{PYTHON}/contextlib.html#contextlib.AbstractAsyncContextManager"
    ),
    "os.PathLike": f"{PYTHON}/os.html#os.PathLike",
    "collections.OrderedDict": f"{PYTHON}/collections.html#collections.OrderedDict",
    "abc.ABC": f"{PYTHON}/abc.html#abc.ABC",
    "typing.NamedTuple": f"{PYTHON}/typing.html#typing.NamedTuple",
    "typing.Protocol": f"{PYTHON}/typing.html#typing.Protocol",
    "typing.Generic": f"{PYTHON}/typing.html#typing.Generic",
    "typing.Literal": f"{PYTHON}/typing.html#typing.Literal",
    "Protocol": f"{PYTHON}/typing.html#typing.Protocol",
    "Generic": f"{PYTHON}/typing.html#typing.Generic",
    "NamedTuple": f"{PYTHON}/typing.html#typing.NamedTuple",
    "IOLoop": "https://www.tornadoweb.org/en/stable/ioloop.html#tornado.ioloop.IOLoop",
    "tornado.ioloop.IOLoop": "https://www.tornadoweb.org/en/stable/ioloop.html#tornado.ioloop.IOLoop",
    "tornado.util.TimeoutError": "https://www.tornadoweb.org/en/stable/util.html#tornado.util.TimeoutError",
    "tornado.queues.QueueEmpty": "https://www.tornadoweb.org/en/stable/queues.html#tornado.queues.QueueEmpty",
    "tornado.queues.QueueFull": "https://www.tornadoweb.org/en/stable/queues.html#tornado.queues.QueueFull",
    "trio.TooSlowError": "https://trio.readthedocs.io/en/stable/reference-core.html#trio.TooSlowError",
    "trio.WouldBlock": "https://trio.readthedocs.io/en/stable/reference-core.html#trio.WouldBlock",
    "anyio.WouldBlock": "https://anyio.readthedocs.io/en/stable/api.html#anyio.WouldBlock",
}
ABSTRACT = """
    AsyncIterator Awaitable Callable Coroutine Generator Iterable Iterator Mapping Sequence
"""
for name in ABSTRACT.split():
    for spelled in (name, f"collections.abc.{name}"):
        ELSEWHERE[spelled] = f"{PYTHON}/collections.abc.html#collections.abc.{name}"

DOCUMENTED = (
    "toro_asyncio",
    "toro_trio",
    "toro_anyio",
    "toro_tornado",
    "toro_core",
    "toro_core.records",
    "toro_core.machines",
    "toro_core.coroutines",
    "toro_core.insight",
    "toro_core.typing",
    "toro_sim",
    "toro_conformance",
)
# The simulator exports what every adapter does; its page says so and lists only the rest.
SHARED = {f"toro_sim.{name}" for name in importlib.import_module("toro_asyncio").__all__}


def resolve(app: Any, env: Any, node: Any, content: nodes.Node) -> nodes.Node | None:
    """A reference that leads to another project, or to a name documented where it is exported."""
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py":
        return None
    if target in ELSEWHERE:
        return nodes.reference("", "", content, refuri=ELSEWHERE[target], internal=False)
    domain = env.get_domain("py")
    for prefix in (node.get("py:module"), *DOCUMENTED):
        name = f"{prefix}.{target.rpartition('.')[2]}"
        if name in domain.objects:
            found = domain.objects[name]
            uri = app.builder.get_relative_uri(node["refdoc"], found.docname)
            return nodes.reference("", "", content, refuri=f"{uri}#{found.node_id}", internal=True)
    return None


def fill_in(app: Any, docname: str, source: list[str]) -> None:
    """Put what is kept elsewhere where a page asks for it."""
    if docname == "verified":
        source[0] = source[0].replace("EXPLORED", explored())
    if docname == "changelog":
        source[0] = source[0].replace("UNRELEASED", unreleased())


def explored() -> str:
    """The figures that the exploration keeps."""
    kept = json.loads((ROOT / "verification" / "counts.json").read_text("utf-8"))
    keys = ("states", "transitions", "marked")
    rows = [
        [name, *(f"{each[key]:,}" for key in keys), str(each["depth"])]
        for name, each in sorted(kept.items())
    ]
    rows.append(["all", *(f"{sum(each[key] for each in kept.values()):,}" for key in keys), ""])
    heading = "| | states | moves, each compared | states with who was told to stop | deepest |"
    table = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([heading, "|---|--:|--:|--:|--:|", *table])


def unreleased() -> str:
    """The changes that wait for the next release, one paragraph for each."""
    changes = sorted((ROOT / "changelog.d").glob("*.*.md"))
    heading = ["## Not yet released"] if changes else []
    return "\n\n".join([*heading, *(change.read_text("utf-8") for change in changes)])


# Tables of sentences, too many columns of them for a phone.
STACKED = ("errors", "reference/index")


def label_cells(app: Any, doctree: nodes.document) -> None:
    """Let each cell say what column it is in, for where `toro.css` stacks them."""
    if app.env.docname not in STACKED:
        return
    for table in doctree.findall(nodes.table):
        heads = [head.astext() for head in table.next_node(nodes.row).findall(nodes.entry)]
        if len(heads) < 3:
            continue
        table["classes"].append("stacked")
        for row in table.next_node(nodes.tbody).findall(nodes.row):
            for head, cell in list(zip(heads, row, strict=True))[1:]:
                if cell.astext():
                    cell[0].insert(0, nodes.inline("", f"{head}: ", classes=["column"]))


# What stands in a module; the rest of the entries are members of these.
OF_A_MODULE = ("module", "class", "exception", "function", "data")


def check_complete(app: Any, exception: Exception | None) -> None:
    """Every name that a package exports has an entry in the reference, and the reverse."""
    if exception is not None or app.builder.format != "html":
        return
    objects = app.env.get_domain("py").objects
    known = {*objects, *DOCUMENTED, *SHARED}
    public = {
        f"{package}.{name}"
        for package in DOCUMENTED
        for name in importlib.import_module(package).__all__
    }
    if public - known:
        raise RuntimeError(f"public, and not in the reference: {sorted(public - known)}")
    entries = {name for name, entry in objects.items() if entry.objtype in OF_A_MODULE}
    if missing := sorted(name for name in entries if not exists(name)):
        raise RuntimeError(f"in the reference, and cannot be imported: {missing}")


def exists(name: str) -> bool:
    """Is it a module, or in one?"""
    module, _, attribute = name.rpartition(".")
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return bool(module) and hasattr(importlib.import_module(module), attribute)
    return True


def setup(app: Any) -> None:
    app.connect("missing-reference", resolve)
    app.connect("source-read", fill_in)
    app.connect("doctree-read", label_cells)
    app.connect("build-finished", check_complete)
