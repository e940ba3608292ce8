"""Reports as audit writes them (tests/, held by a test of audit), laid out."""

import json
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from typeset import HERE, pdf

REPORTS = HERE / "tests"
NAMES = ["province", "country-public", "nothing"]


def report(name: str) -> bytes:
    return (REPORTS / f"{name}.json").read_bytes()


def pages(name: str) -> list[str]:
    """What is written on each page. Words only: pdftotext orders them from left to right as it sees fit."""
    read = subprocess.run(["pdftotext", "-", "-"], input=pdf(report(name)), capture_output=True, check=True)
    text = read.stdout.decode()
    return text.split("\f")[:-1]


class Bytes(unittest.TestCase):
    def test_the_same_report_makes_the_same_bytes_without_a_date(self):
        for name in NAMES:
            made = pdf(report(name))
            self.assertTrue(made.startswith(b"%PDF-1."), name)
            self.assertEqual(made, pdf(report(name)), name)
            self.assertNotIn(b"CreationDate", made, name)
            self.assertNotIn(b"ModDate", made, name)

    def test_a_province_fits_into_a_fact(self):
        read = json.loads(report("province"))
        line = read["agencies"][0]
        read["agencies"] = [{**line, "agency": f"agency-{n}"} for n in range(100)]
        read["contacts"]["by_topic"] = {f"topic-{n}": n for n in range(150)}
        self.assertLess(len(pdf(json.dumps(read).encode())), 200 * 1024)

    def test_what_is_no_report_is_refused_in_words(self):
        for text in [b"", b"{}", b"[1]", b'{"period": 1}', b"\xff"]:
            run = subprocess.run([sys.executable, HERE / "typeset.py"], input=text, capture_output=True, check=False)
            self.assertEqual((run.returncode, run.stdout), (1, b""), text)
            self.assertTrue(run.stderr.startswith(b"the report "), run.stderr)


@unittest.skipUnless(shutil.which("pdftotext"), "pdftotext (package poppler-utils) reads the pages")
class Pages(unittest.TestCase):
    def assert_tells(self, text: str, *words: str):
        for word in words:
            self.assertIn(word, text)

    def test_a_provinces_report_tells_everything_in_persian(self):
        made = pages("province")
        self.assertGreaterEqual(len(made), 2)
        self.assert_tells(made[0], "مهر", "۱۴۰۴", "فارس", "۱٬۲۳۴", "دفتر", "هشدار")
        together = "".join(made)
        self.assert_tells(together, "شهرداری", "شیراز", "پسماند", "تلفن", "استاندار", "امضا")
        self.assert_tells(together, "fa-unnamed", "unnamed-topic", "nowhere")
        for page in made[1:]:
            # Only the ledger's root is in Latin digits, on the first page.
            self.assertFalse([c for c in page if c in "0123456789"], page)

    def test_a_public_report_says_that_cells_are_hidden(self):
        self.assert_tells("".join(pages("country-public")), "عمومی", "سراسر", "کشور", "پنهان", "–")

    def test_a_month_in_which_nothing_happened_has_its_report(self):
        self.assert_tells("".join(pages("nothing")), "مهر", "۱۴۰۴", "۰")


if __name__ == "__main__":
    unittest.main()
