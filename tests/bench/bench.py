#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench.py [NAME...]: measures, all or the named ones, and writes docs/benchmarks.md."""

import sys
import time

import boots
import plots
import reading
import report
import tools
import unpacking

MEASUREMENTS = {function.__name__: function for function in [
    boots.boot, boots.initrd, boots.pvh, boots.own, boots.memory, boots.eight, boots.smallest, boots.size, reading.read,
    reading.scattered, reading.many, unpacking.unpack, tools.tree, tools.large, tools.directory]}


def main(names):
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        sys.exit(f"bench: no such measurement: {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    for name in names or MEASUREMENTS:
        started = time.monotonic()
        print(f"{name}: {MEASUREMENTS[name].__doc__}", flush=True)
        rows = []
        for row in MEASUREMENTS[name]():
            rows.append(row)
            verdict = "" if row.target is None else "met" if row.met else "MISSED"
            print(f"  {row.subject}: {row.figure:.2f} ({row.target or 'no target'}) {verdict}", flush=True)
        report.save(name, rows)
        print(f"  {time.monotonic() - started:.0f} s", flush=True)
    report.write(MEASUREMENTS, plots.draw())


if __name__ == "__main__":
    main(sys.argv[1:])
