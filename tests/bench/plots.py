# SPDX-License-Identifier: BSD-2-Clause
"""Pictures of the results, drawn by gnuplot: docs/*.svg."""

import re
import subprocess

from measure import median
from report import DOCS, load

STYLE = """set terminal svg size 640,360 font 'sans-serif,13' background '#ffffff'
set output '{output}'
set title "{title}"
set yrange [0:*]
set grid ytics lc rgb '#dddddd'
set border 3
set xtics nomirror
set ytics nomirror
set key outside right
"""


def plot(name, title, commands, data):
    """One picture; `data` is a table whose first row is the names of its columns."""
    DOCS.mkdir(exist_ok=True)
    table = "\n".join(" ".join(f'"{cell}"' if isinstance(cell, str) else f"{cell:.4g}" for cell in row) for row in data)
    script = STYLE.format(output=DOCS / f"{name}.svg", title=title) + f"$table << END\n{table}\nEND\n" + commands
    subprocess.run(["gnuplot"], input=script.encode(), check=True)


def bars(columns):
    return ("set style data histogram\nset style fill solid 0.8\nset boxwidth 0.9\nplot " + ", ".join(
        f"$table using {index + 2}:xtic(1) title columnheader({index + 2})" for index in range(columns)) + "\n")


def lines(columns):
    return "set style data linespoints\n" + "plot " + ", ".join(
        f"$table using 1:{index + 2} title columnheader({index + 2})" for index in range(columns)) + "\n"


def time_by_phase():
    """Where the loader's own time goes."""
    kept = load("own")
    if not kept:
        return
    phases = [row for row in kept[1] if row.subject.startswith("phase ") and row.subject != "phase all"]
    data = [["phase", "ms"], *([row.subject.removeprefix("phase "), row.figure] for row in phases)]
    plot("time-by-phase", "The loader's own time, by phase (a kernel of 2 MiB)", "set ylabel 'milliseconds'\n" + bars(1), data)


def boots_over_initrd():
    """Seconds to Linux's greeting over the initrd's size: xl, pvboot, GRUB."""
    rows = [row for name in ("boot", "initrd") for row in (load(name) or (None, []))[1]
            if row.samples and row.subject.startswith("boot, ext4")]
    names = ["xl", "pvboot", "GRUB"]
    if not rows:
        return
    data = [["size", *names]]
    for row in rows:
        size = re.search(r"initrd (\d+) MiB", row.subject)[1]
        data.append([f"{size} MiB", *(median(row.samples[name]) if name in row.samples else float("nan") for name in names)])
    plot("boot-over-initrd", "From xl create to the greeting, by the size of the initrd", "set ylabel 'seconds'\n" + bars(3), data)


def time_over_memory():
    """The loader's own time over the domain's memory."""
    kept = load("memory")
    if not kept:
        return
    rows = kept[1]
    sizes = list(rows[0].samples)
    data = [["size", *("with INIT_P2M" if "with INIT_P2M" in row.subject else "without" for row in rows)]]
    data += [[int(size.split()[0]) / 1024, *(median(row.samples[size]) for row in rows)] for size in sizes]
    plot("time-over-memory", "The loader's own time", "set ylabel 'seconds'\nset xlabel 'GiB of memory'\n" + lines(len(rows)), data)


PLOTS = {"time-by-phase": time_by_phase, "boot-over-initrd": boots_over_initrd, "time-over-memory": time_over_memory}


def draw():
    """All for which there are results. Returns their names."""
    for function in PLOTS.values():
        function()
    return [name for name in PLOTS if (DOCS / f"{name}.svg").exists()]
