#!/usr/bin/env python3
"""Recounts a file of Boston's 311 cases, without anything of Samad's, to hold a replay's figures against.

    python3 tests/recount/boston311.py FILE [--limit ROWS] [--province CODE]
    python3 tests/recount/boston311.py FILE --compare FIGURES.json

Prints the figures that `samad replay --format boston311 FILE --times keep --per-day --json` must end with, under the same
names. With --compare it reads such an output (- for standard input) and names each difference; exit status 1 if any.

The rules, in the file's own terms:
- A row is a contact, a case and a referral, counted on the day of `open_dt`: local time of Boston, taken as the same time
  of day in Tehran 5,012 days later, so that 1 July 2011 is 1 Farvardin 1404. Tehran's clock has not changed since 2022.
- A case is answered when it has a `closed_dt`, else open.
- Answered is on time when `closed_dt` is not after `target_dt`, or there is none; else late. `ontime` and `case_status`
  are not asked: they say how things stood when the city wrote the file.
- Open is overdue when `target_dt` is before the last `open_dt` or `closed_dt` of all rows: the moment at which a replay ends.
- The agency accepts each referral once and answers it once, so actions are cases and answered together.
"""

import argparse
import csv
import gzip
import io
import json
import sys
from collections import Counter
from datetime import datetime, timedelta

SHIFT = timedelta(days=5012)
FIGURES = ("contacts", "guidance", "cases", "referrals", "actions", "answered", "open", "overdue_open", "on_time", "late")
OF_A_DAY = ("contacts", "cases", "answered", "open", "on_time", "late")
PROVINCES = {
    "Dorchester": "tehran",
    "Roxbury": "razavi-khorasan",
    "Allston / Brighton": "isfahan",
    "Jamaica Plain": "fars",
    "West Roxbury": "khuzestan",
    "South Boston / South Boston Waterfront": "east-azerbaijan",
    "Greater Mattapan": "mazandaran",
    "Hyde Park": "west-azerbaijan",
    "Roslindale": "kerman",
    "": "sistan-and-baluchestan",
    "East Boston": "alborz",
    "Downtown / Financial District": "gilan",
    "South End": "kermanshah",
    "Back Bay": "golestan",
    "Charlestown": "hormozgan",
    "Mission Hill": "lorestan",
    "Fenway / Kenmore / Audubon Circle / Longwood": "hamadan",
    "Boston": "kurdistan",
    "Beacon Hill": "markazi",
    "South Boston": "qom",
    "Brighton": "qazvin",
    "Allston": "ardabil",
    "Mattapan": "bushehr",
    "Chestnut Hill": "yazd",
}
OTHER_PROVINCE = "semnan"


def moment(text):
    """A time of the file, shifted; None where there is none."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S") + SHIFT if text else None


def rows(path, limit):
    """Province, opening, target and closure of the first `limit` rows."""
    opened = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    with opened, io.TextIOWrapper(opened, "utf-8", errors="replace", newline="") as text:
        for number, row in enumerate(csv.DictReader(text)):
            if number == limit:
                return
            province = PROVINCES.get(row["neighborhood"].strip(), OTHER_PROVINCE)
            yield province, moment(row["open_dt"]), moment(row["target_dt"]), moment(row["closed_dt"])


def became(target, closed):
    """What the case counts as besides a case."""
    if closed is None:
        return ("open",)
    return ("answered", "on_time" if target is None or closed <= target else "late")


def recount(cases, province):
    """The figures of a province (all where None), and of each day."""
    end = max((at for _, opened, _, closed in cases for at in (opened, closed) if at), default=None)
    total, days = Counter(), {}
    for of, opened, target, closed in cases:
        if province not in (None, of):
            continue
        names = ("contacts", "cases", "referrals", *became(target, closed))
        total.update(names)
        total["actions"] += 1 + (closed is not None)
        total["overdue_open"] += closed is None and target is not None and target < end
        days.setdefault(str(opened.date()), Counter()).update(names)
    figures = {name: total[name] for name in FIGURES}
    figures["days"] = [{"day": day, **{name: days[day][name] for name in OF_A_DAY}} for day in sorted(days)]
    return figures


def differences(wanted, told):
    """Where the system's figures are not those of the file."""
    for name in FIGURES:
        if told.get(name) != wanted[name]:
            yield f"{name}: {told.get(name)} instead of {wanted[name]}"
    if "days" not in told:
        yield "days: not there; ask with --per-day"
        return
    of_day = {day["day"]: day for day in told["days"]}
    for day in wanted["days"]:
        if of_day.pop(day["day"], None) != day:
            yield f"{day['day']}: not as the file says: {day}"
    for day in of_day:
        yield f"{day}: no row was opened then"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="the cases, .csv or .csv.gz")
    parser.add_argument("--limit", type=int, help="only the first rows")
    parser.add_argument("--province", help="only one province's code")
    parser.add_argument("--compare", metavar="FIGURES", help="a replay's JSON to hold against the file; - for standard input")
    asked = parser.parse_args()
    wanted = recount(list(rows(asked.file, asked.limit)), asked.province)
    if asked.compare is None:
        print(json.dumps(wanted))
        return 0
    with sys.stdin if asked.compare == "-" else open(asked.compare, encoding="utf-8") as told:
        try:
            found = list(differences(wanted, json.load(told)))
        except json.JSONDecodeError as error:
            parser.error(f"{asked.compare} does not hold a replay's figures: {error}")
    for difference in found:
        print(difference, file=sys.stderr)
    if not found:
        print(f"{wanted['cases']} cases on {len(wanted['days'])} days: every figure is as the file says")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
