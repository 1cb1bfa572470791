# SPDX-License-Identifier: BSD-2-Clause
"""What a measurement is: a figure beside the target that it is held against, and the samples that it comes from."""

import statistics
from dataclasses import dataclass, field

RUNS = 5  # of each of those that are compared, in turn


@dataclass
class Target:
    """What a figure ought to be: at most, or at least, so much."""

    bound: float
    at_least: bool = False

    def met_by(self, figure):
        return figure >= self.bound if self.at_least else figure <= self.bound

    def __str__(self):
        return f"at {'least' if self.at_least else 'most'} {self.bound:g}"


@dataclass
class Row:
    """One line of the table. `samples` maps who was measured to what each run gave, in `unit`."""

    subject: str
    figure: float
    target: Target | None
    samples: dict = field(default_factory=dict)
    unit: str = "s"

    @property
    def met(self):
        return self.target is None or self.target.met_by(self.figure)


def prefix(type):
    """What a row's subject begins with in a domain of this type."""
    return "" if type == "pv" else f"{type.upper()}, "


def at_most(bound):
    return Target(bound)


def at_least(bound):
    return Target(bound, at_least=True)


def in_turn(contestants, runs=RUNS):
    """Runs each of `contestants` (name: function) once, then each again ...: noise hits all of them alike."""
    samples = {name: [] for name in contestants}
    for _ in range(runs):
        for name, function in contestants.items():
            samples[name].append(function())
            print(f"    {name} {samples[name][-1]:.3f}", flush=True)
    return samples


def median(values):
    return statistics.median(values)


def ratio(samples, one, other):
    """The median of one contestant over that of another."""
    return median(samples[one]) / median(samples[other])
