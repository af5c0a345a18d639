"""Mutants of the core, each of which some test must convict.

    python -m verification.mutate                   all of them
    python -m verification.mutate _locks _queues    those of some modules
    python -m verification.mutate --list            only say what there is

A mutant is a module of ``toro_core`` with one small fault: an operand dropped, a
statement left out, a state confused with another.  Each is run in a process of its
own, forked from one that has everything else imported, against the tests of the core
and the small exploration.  ``equivalent_mutants.txt`` lists those that no test can
convict, because they behave as the original, each with the reason; any other that
survives is a failure, and so is one that is listed and does not.

``verification.mutate_adapters`` does the same to what adapters are made of.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import importlib
import importlib.abc
import importlib.machinery
import inspect
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import pytest

from . import ROOT

CORE = ROOT / "toro_core"
TESTS = ROOT / "tests"
LISTED = Path(__file__).with_name("equivalent_mutants.txt")
SECONDS = 120  # a mutant that takes longer has lost its way, and is convicted

# The tests that look closest at a module come first; those with a folder are no others' judges.
CLOSEST = {
    "machines/_locks.py": ["test_lock.py", "test_semaphore.py", "test_rwlock.py"],
    "machines/_machine.py": ["test_lock.py", "test_copies.py", "test_condition.py"],
    "machines/_signals.py": [
        "test_event.py",
        "test_async_result.py",
        "test_condition.py",
        "test_monitor.py",
    ],
    "machines/_line.py": ["test_line.py", "test_lock.py", "test_queue.py"],
    "machines/_queues.py": ["test_queue.py", "test_queue_orders.py"],
    "machines/_stores.py": ["test_stores.py", "test_queue_orders.py"],
    "_waiter.py": ["test_copies.py"],
    "_deadlines.py": ["test_deadlines.py"],
    "_time.py": ["test_time.py"],
    "_checks.py": ["test_checks.py"],
    "_describe.py": ["test_names.py"],
    "_naming.py": ["test_names.py"],
    "_guard.py": ["test_guards.py"],
    "_errors.py": ["test_errors.py"],
    "records.py": ["test_statistics.py"],
    "_statistics.py": ["test_statistics.py"],
    "__main__.py": ["insight/test_command.py"],
}


class Mutant(NamedTuple):
    """*name* says what it is, the same in the next version unless the code changes."""

    module: str
    within: str
    name: str
    tree: ast.Module


# Making mutants

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
}

# Names that are easily mistaken for one another.
CONFUSIONS = {
    "GRANTED": ["COLLECTED", "WAITING"],
    "COLLECTED": ["GRANTED"],
    "CANCELLED": ["EXPIRED"],
    "EXPIRED": ["CANCELLED"],
    "WAITING": ["NEW", "GRANTED"],
    "REFUSED": ["COLLECTED"],
    "OPEN": ["DRAINING"],
    "DRAINING": ["EMPTIED"],
    "EMPTIED": ["DRAINING"],
    "GET": ["JOIN"],
    "JOIN": ["GET"],
    "READ": ["WRITE"],
    "WRITE": ["READ"],
    "bisect_left": ["bisect_right"],
    "bisect_right": ["bisect_left"],
    "bisect": ["bisect_left"],
    "PromptWaiter": ["Waiter"],
    "LastInStore": ["FirstInStore"],
    "FirstInStore": ["LastInStore"],
    "SortedStore": ["LastInStore"],
}
ATTRIBUTES = {
    "popleft": "pop",
    "append": "appendleft",
    "putters": "line",
    "in_flight": "reserved",
    "reserved": "in_flight",
    "late": "reserved",
    "readers": "writing",
    "line": "promised",
    "inf": "nan",
    "ceil": "floor",
}


def mutations(node: ast.AST) -> Iterator[ast.AST]:
    """What one node might wrongly have been."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            yield changed(node, ops=[SWAPS[type(op)]()])
        case ast.Compare(ops=[first, second]):
            yield changed(node, ops=[SWAPS[type(first)](), second])
            yield changed(node, ops=[first, SWAPS[type(second)]()])
        case ast.BoolOp():
            yield changed(node, op=SWAPS[type(node.op)]())
            for number in range(len(node.values)):
                rest = node.values[:number] + node.values[number + 1 :]
                yield rest[0] if len(rest) == 1 else changed(node, values=rest)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.UnaryOp(op=ast.USub()):
            yield node.operand
        case ast.BinOp() | ast.AugAssign() if type(node.op) in SWAPS:
            yield changed(node, op=SWAPS[type(node.op)]())
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int(number)):
            yield ast.Constant(number + 1)
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.Name() if node.id in CONFUSIONS and isinstance(node.ctx, ast.Load):
            for other in CONFUSIONS[node.id]:
                yield ast.Name(other, ast.Load())
        case ast.Attribute() if node.attr in ATTRIBUTES and isinstance(node.ctx, ast.Load):
            yield changed(node, attr=ATTRIBUTES[node.attr])
        case ast.Call(func=ast.Name(id="iter"), args=[what]):
            yield changed(node, func=ast.Name("reversed", ast.Load()), args=[what])
        case ast.Call(func=ast.Name(id="sorted"), args=[what]):
            yield what
        case ast.Call(func=ast.Name(id="max"), args=[_, _]):
            yield changed(node, func=ast.Name("min", ast.Load()))
        case ast.Tuple(elts=[_, *_], ctx=ast.Load()):
            for number in range(len(node.elts)):
                yield changed(node, elts=node.elts[:number] + node.elts[number + 1 :])
        case ast.Slice(lower=ast.expr()):
            yield changed(node, lower=None)
        case ast.Return(value=ast.expr() as value) if not is_nothing(value):
            yield changed(node, value=nothing_like(value))
        case ast.If():
            yield changed(node, test=ast.Constant(True))
            yield changed(node, test=ast.Constant(False))
        case ast.While():
            yield changed(node, test=ast.Constant(False))
            yield ast.If(node.test, node.body, [])
        case ast.For():
            yield changed(node, iter=ast.Tuple([], ast.Load()))
        case _:
            pass
    if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign, ast.Delete, ast.Raise)):
        yield ast.Pass()


def changed(node: ast.AST, **fields: Any) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def is_nothing(value: ast.expr) -> bool:
    """Would nothing in its place be the same?"""
    if isinstance(value, ast.Tuple):
        return not value.elts
    return isinstance(value, ast.Constant) and value.value in (None, False)


def nothing_like(value: ast.expr) -> ast.expr:
    return ast.Constant(None) if isinstance(value, ast.Tuple) else ast.Tuple([], ast.Load())


def is_exempt(node: ast.AST) -> bool:
    """What does not run, or is there for readers and type checkers."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert() | ast.JoinedStr():
            return True
        case ast.Import() | ast.ImportFrom() | ast.AnnAssign(value=None):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar"))):
            return True
        case ast.Assign(value=ast.Subscript(value=ast.Name(id="Callable" | "Literal"))):
            return True
        case ast.Assign(value=ast.Subscript(value=ast.Name(id="list" | "tuple"))):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__" | "__slots__" | "Line")]):
            return True
        case ast.Assign(targets=[ast.Name(id="Deadline" | "Span" | "__hash__" | "__doc__")]):
            return True
    return False


def places(tree: ast.Module) -> Iterator[tuple[str, ast.AST, str, int | None]]:
    """Each node that may be replaced, as (within, parent, field, index)."""

    def walk(node: ast.AST, within: str) -> Iterator[tuple[str, ast.AST, str, int | None]]:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            within = f"{within}.{node.name}".lstrip(".")
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "bases", "type_params"):
                continue
            if isinstance(node, ast.Raise) or isinstance(value, ast.AST):
                children = [(value, None)]
            elif isinstance(value, list):
                children = list(zip(value, range(len(value)), strict=True))  # type: ignore[arg-type]
            else:
                continue
            for child, index in children:
                if isinstance(child, ast.AST) and not is_exempt(child):
                    yield within, node, field, index
                    yield from walk(child, within)

    return walk(tree, "")


def mutants(module: str, folder: Path = CORE) -> Iterator[Mutant]:
    """Each mutant of one module; its tree is the same one each time, changed in place."""
    tree = ast.parse((folder / module).read_text())
    seen: Counter[str] = Counter()
    for within, parent, field, index in list(places(tree)):
        holder: Any = getattr(parent, field) if index is not None else parent
        key: Any = index if index is not None else field
        original = holder[key] if index is not None else getattr(parent, field)
        for mutated in mutations(original):
            name = f"{module} {within}: {brief(original)} -> {brief(mutated)}"
            seen[name] += 1
            if seen[name] > 1:
                name += f" ({seen[name]})"
            replace(holder, key, mutated)
            yield Mutant(module, within, name, tree)
            replace(holder, key, original)


def replace(holder: Any, key: Any, value: ast.AST) -> None:
    if isinstance(holder, list):
        holder[key] = value
    else:
        setattr(holder, key, value)


def brief(node: ast.AST) -> str:
    """The code on one line, the first line of a block only."""
    if isinstance(node, (ast.If, ast.While)):
        return f"{type(node).__name__.lower()} {ast.unparse(node.test)}"
    if isinstance(node, ast.For):
        return f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
    return " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())


# Trying them


class Suite:
    """The tests of the core, collected once and run in each forked process."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items

    def convicts(self, mutant: Mutant, quick: bool) -> int:
        """The stage at which a test fails, or 0; in a process that ends with this."""
        closest = CLOSEST[mutant.module]
        stages: list[list[pytest.Item]] = [[], [], [], []]
        for item in self.items:
            name = item.path.relative_to(TESTS).as_posix().removeprefix("core/")
            where = 3 if name == STORIES else 2 if name == EXPLORATION else name not in closest
            if name in closest or "/" not in name:
                stages[where].append(item)
        for number, items in enumerate(stages[: 3 if quick else 4], start=1):
            for item in items:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if item.session.testsfailed:
                    return number
        return 0


STORIES = "test_against_the_specification.py"
EXPLORATION = "test_exploration.py"
OURS = ("toro_core", "spec", "tests", "conftest", "insight", "verification.")
STAGES = ["the closest tests", "other tests of the core", "the exploration", "the stories"]


def try_mutant(suite: Suite, mutant: Mutant, quick: bool) -> int:
    """In a forked process: the stage that convicts it, or 0 if none does."""
    path = CORE / mutant.module
    module = "toro_core." + mutant.module.removesuffix(".py").replace("/", ".")
    code = compile(ast.fix_missing_locations(mutant.tree), str(path), "exec")
    lend_names(vars(sys.modules[module]))
    if mutant.within and put_in_place(sys.modules[module], code, mutant.within):
        return suite.convicts(mutant, quick)
    # It is not inside a function: everything must be imported anew, with it.
    for name in list(sys.modules):
        if name.startswith(OURS):
            package, _, last = name.rpartition(".")
            vars(sys.modules.get(package, sys)).pop(last, None)
            del sys.modules[name]
    sys.meta_path.insert(0, MutantFinder(module, code, path))
    anew = Suite()
    return collect(anew, lambda: anew.convicts(mutant, quick))


def lend_names(names: dict[str, Any]) -> None:
    """What a mutant mentions may be a name that the original has no need of."""
    others = {other for each in CONFUSIONS.values() for other in each}
    for lender in (
        "toro_core._waiter",
        "toro_core.machines",
        "toro_core.machines._queues",
        "bisect",
    ):
        lent = vars(sys.modules[lender])
        for name in others & lent.keys():
            names.setdefault(name, lent[name])


def put_in_place(module: Any, code: CodeType, within: str) -> bool:
    """Give the function its mutant's code, where it is; is that possible?"""
    mutated = type(module)(module.__name__)
    mutated.__dict__.update(__package__=module.__package__, __file__=module.__file__)
    exec(code, mutated.__dict__)
    function, other = module, mutated
    for name in within.split("."):
        function, other = (getattr(each, "__dict__", {}).get(name) for each in (function, other))
    if isinstance(function, property):
        function, other = function.fget, other.fget
    function, other = inspect.unwrap(function), inspect.unwrap(other)
    if not isinstance(function, FunctionType):
        return False
    if function.__code__.co_freevars != other.__code__.co_freevars:
        return False
    function.__code__ = other.__code__
    function.__defaults__, function.__kwdefaults__ = other.__defaults__, other.__kwdefaults__
    return True


class MutantFinder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports the mutant where the module is asked for."""

    def __init__(self, name: str, code: CodeType, path: Path) -> None:
        self.name, self.code, self.path = name, code, path

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != self.name:
            return None
        package = self.path.name == "__init__.py"
        spec = importlib.machinery.ModuleSpec(name, self, origin=str(self.path), is_package=package)
        if package:
            spec.submodule_search_locations = [str(self.path.parent)]
        return spec

    def get_code(self, fullname: str) -> CodeType:
        return self.code

    def get_source(self, fullname: str) -> str:
        return self.path.read_text()


def collect(suite: Suite, then: Callable[[], int], judges: Iterable[str] | None = None) -> int:
    """Collect the tests and, instead of running them, do something else with them.

    They are those of the core, if not told otherwise.
    """

    class Instead:
        result = 1  # if the tests cannot even be collected

        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            if not session.testsfailed:
                self.result = then()
            return True

    instead = Instead()
    options = ["--assert=plain", "-p", "no:cacheprovider", "-p", "no:terminal", "--capture=no"]
    if judges is None:
        elsewhere = {name for names in CLOSEST.values() for name in names if "/" in name}
        judges = ("core", *sorted(elsewhere))
    paths = [str(TESTS / name) for name in judges]
    pytest.main([*options, *paths], plugins=[suite, instead])
    return instead.result


def child(suite: Suite, mutant: Mutant, quick: bool) -> None:
    """Never returns."""
    stage = 1
    try:
        signal.alarm(SECONDS)
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        stage = try_mutant(suite, mutant, quick)
    finally:
        os._exit(stage)


def campaign(
    suite: Suite, todo: Iterable[Mutant], processes: int, quick: bool
) -> Iterator[tuple[Mutant, str | None]]:
    """Try all; give each with what convicted it.

    A process is forked while its mutant is the current one, and so has its tree.
    """
    gc.freeze()
    running: dict[int, Mutant] = {}
    waiting = iter(todo)
    while True:
        while len(running) < processes and (mutant := next(waiting, None)) is not None:
            sys.stdout.flush()
            if (pid := os.fork()) == 0:
                child(suite, mutant, quick)
            running[pid] = mutant
        if not running:
            return
        pid, status = os.wait()
        mutant = running.pop(pid)
        if os.WIFSIGNALED(status):
            yield mutant, f"signal {os.WTERMSIG(status)}"
        else:
            stage = os.waitstatus_to_exitcode(status)
            yield mutant, STAGES[stage - 1] if stage else None


def listed() -> dict[str, str]:
    """Mutants that behave as the original, with the reason why."""
    found: dict[str, str] = {}
    reason = ""
    if LISTED.exists():
        for line in LISTED.read_text().splitlines():
            if line.startswith("# "):
                reason = line[2:]
            elif line.strip():
                found[line] = reason
    return found


def ours(name: str) -> bool:
    """Is it a mutant of the core, and not of an adapter?"""
    return name.partition(" ")[0] in CLOSEST


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("modules", nargs="*", help="parts of the names of modules")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--quick", action="store_true", help="without the stories")
    parser.add_argument("--only", help="only mutants whose name contains this")
    parser.add_argument("--again", type=Path, help="only those that survived, by this output")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)

    modules = [m for m in CLOSEST if not options.modules or any(o in m for o in options.modules)]

    again = options.again and options.again.read_text().splitlines()

    def wanted() -> Iterator[Mutant]:
        for module in modules:
            for mutant in mutants(module):
                if options.only and options.only not in mutant.name:
                    continue
                if again is None or f"SURVIVED {mutant.name}" in again:
                    yield mutant

    names = [mutant.name for mutant in wanted()]
    if options.list:
        print(*names, sep="\n")
        print(f"{len(names)} mutants")
        return 0

    suite = Suite()
    os.environ["TORO_EXAMPLES"] = "30"
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return collect(suite, lambda: try_all(suite, options, modules, names, wanted()))


def try_all(
    suite: Suite, options: Any, modules: list[str], names: list[str], wanted: Iterator[Mutant]
) -> int:
    module = modules[0]
    tree = ast.parse((CORE / module).read_text())
    original = Mutant(module, "", f"{module} as it is", tree)
    ((_, by),) = campaign(suite, [original], 1, options.quick)
    if by is not None:
        print(f"{original.name} is convicted by {by}: first make the tests pass")
        return 1

    equivalents = listed()
    survivors, wrongly_listed = [], []
    convicted: Counter[str] = Counter()
    began = told = time.perf_counter()
    for number, (mutant, by) in enumerate(
        campaign(suite, wanted, options.processes, options.quick), start=1
    ):
        if by is not None:
            convicted[by] += 1
            if mutant.name in equivalents:
                wrongly_listed.append(mutant.name)
        elif mutant.name not in equivalents:
            survivors.append(mutant.name)
            print(f"SURVIVED {mutant.name}", flush=True)
        if time.perf_counter() - told > 10:
            told = time.perf_counter()
            rate = number / (told - began)
            print(f"  [{number}/{len(names)}, {rate:.1f}/s, {len(survivors)} survived]", flush=True)

    elapsed = time.perf_counter() - began
    killed = sum(convicted.values())
    same = len(names) - killed - len(survivors)
    ways = ", ".join(f"{count} by {by}" for by, count in convicted.most_common())
    print(
        f"{len(names)} mutants in {elapsed:.0f} s: {killed} convicted ({ways}),"
        f" {same} equivalent with reasons, {len(survivors)} survived"
    )
    for name in wrongly_listed:
        print(f"listed as equivalent, but convicted: {name}")
    if not (options.modules or options.only or options.again):
        for name in {name for name in equivalents if ours(name)} - set(names):
            wrongly_listed.append(name)
            print(f"listed as equivalent, but there is no such mutant: {name}")
    return 1 if survivors or wrongly_listed else 0


if __name__ == "__main__":
    sys.exit(main())
