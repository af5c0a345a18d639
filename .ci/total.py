"""Add up the JUnit reports in a folder and print one line, as a test runner closes."""

import sys
from pathlib import Path
from xml.etree import ElementTree


def main(folder: str) -> int:
    suites = [
        suite
        for path in Path(folder).glob("*.xml")
        for suite in ElementTree.parse(path).iter("testsuite")
    ]
    ran, failed, errors, skipped = (
        sum(int(suite.get(count, 0)) for suite in suites)
        for count in ("tests", "failures", "errors", "skipped")
    )
    failed += errors
    passed = ran - failed - skipped
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
