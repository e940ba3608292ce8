"""Reads a report's JSON and writes it as a PDF: `samad-typeset < report.json > report.pdf`.

audit runs it as a child, so that a document that would not end is no part of a service. The same report makes the same
bytes: no clock, no file but the template, no font of the machine.
"""

import json
import resource
import sys
from pathlib import Path

import typst

HERE = Path(__file__).resolve().parent
# Bytes of a report, at most: ten times what 1,400 agencies make.
MAX_REPORT = 8 * 1024 * 1024
# Bytes of memory that the document may take, at most; 1,400 agencies take a fifth of it.
MAX_MEMORY = 2 * 1024 * 1024 * 1024


def pdf(report: bytes) -> bytes:
    """The report as a PDF; ValueError when it is none."""
    if len(report) > MAX_REPORT:
        raise ValueError(f"the report is longer than {MAX_REPORT} bytes")
    try:
        # The compiler would quote what it cannot read.
        read = json.loads(report)
    except ValueError as error:
        raise ValueError("the report is no JSON") from error
    if not isinstance(read, dict):
        raise ValueError("the report is no JSON object")
    try:
        return typst.compile(
            HERE / "report.typ",
            sys_inputs={"report": report.decode()},
            font_paths=[HERE / "fonts"],
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        raise ValueError(f"the report cannot be typeset: {error.message}") from error


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    try:
        made = pdf(sys.stdin.buffer.read(MAX_REPORT + 1))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
