# SPDX-License-Identifier: BSD-2-Clause
"""The results: kept from run to run by measurement, written as docs/benchmarks.md, and drawn."""

import json
import platform
import re
import subprocess
from dataclasses import asdict
from datetime import date
from pathlib import Path

from lab import BUILD, ROOT
from measure import Row, Target, median

DOCS = ROOT / "docs"
STORE = BUILD / "bench"


def save(name, rows):
    STORE.mkdir(parents=True, exist_ok=True)
    (STORE / f"{name}.json").write_text(json.dumps({"date": str(date.today()), "rows": [asdict(row) for row in rows]}))


def load(name):
    """(date, rows) of the newest run of a measurement, or None."""
    path = STORE / f"{name}.json"
    if not path.exists():
        return None
    kept = json.loads(path.read_text())
    rows = [Row(**{**row, "target": row["target"] and Target(**row["target"])}) for row in kept["rows"]]
    return kept["date"], rows


def version(package):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False)
    return f"{package} {done.stdout}" if done.returncode == 0 else f"{package} missing"


def machine():
    """One paragraph: where, and with what, the figures were measured."""
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    cores = Path("/proc/cpuinfo").read_text().count("processor\t")
    packages = ["xen-hypervisor-4.17-amd64", "qemu-system-x86", "grub-xen-host", "e2fsprogs", "makefs", "p7zip-full", "sleuthkit"]
    accelerator = "emulated by QEMU (TCG)" if (BUILD / "xenbox/kvm-starts-xen").exists() and not (
        BUILD / "xenbox/kvm-starts-xen").read_text().startswith("yes") else "in QEMU"
    return f"{cores} cores ({model}); Xen {accelerator}. {', '.join(version(package) for package in packages)}."


def spread(values, unit):
    if len(values) == 1:
        return f"{values[0]:.3g} {unit}"
    return f"{median(values):.3g} ({min(values):.3g}-{max(values):.3g}) {unit}"


def table(rows):
    yield "| measure | figure | target | | samples: median (spread) |"
    yield "|---|---|---|---|---|"
    for row in rows:
        samples = "; ".join(f"{name} {spread(values, row.unit)}" for name, values in row.samples.items())
        verdict = "" if row.target is None else "met" if row.met else "**missed**"
        yield f"| {row.subject} | {row.figure:.2f} | {row.target or ''} | {verdict} | {samples} |"


def written(page):
    """The sections of a page that has been written before: a machine that is new has no results but its own."""
    if not page.exists():
        return {}
    sections = re.findall(r"^## (\w+)\n+(.*?)(?=^## |^!\[|\Z)", page.read_text(), re.M | re.S)
    return {name: text.strip().splitlines() for name, text in sections}


def section(name, function, before):
    """Of one measurement: of its newest run here, else as it stands on the page. None: it was never run."""
    kept = load(name)
    if not kept:
        return before.get(name)
    day, rows = kept
    return [f"{function.__doc__} ({day})", "", *table(rows)]


def write(measurements, plots):
    """docs/benchmarks.md: all measurements that have been run, in their order. `measurements` maps names to functions, `plots` are names."""
    page = DOCS / "benchmarks.md"
    before = written(page)
    lines = ["# Benchmarks", "", "Written by `make bench`: each figure is a ratio of medians (or what its row says), measured",
             "in turn in one run, beside the target that it is held against.", "", machine(), ""]
    for name, function in measurements.items():
        text = section(name, function, before)
        if text:
            lines += [f"## {name}", "", *text, ""]
    for plot in plots:
        lines += [f"![{plot}]({plot}.svg)", ""]
    DOCS.mkdir(exist_ok=True)
    page.write_text("\n".join(lines))
