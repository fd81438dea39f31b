"""The tables of a section as Markdown, and their place in docs/performance.md."""

import dataclasses
import datetime
import os
import platform
import re
import subprocess

from common import ROOT

PAGE = ROOT / "docs" / "performance.md"


@dataclasses.dataclass
class Table:
    """Heads and rows of texts; the first column is on the left, figures on the right."""

    heads: list
    rows: list
    title: str = ""


@dataclasses.dataclass
class Aim:
    """What must come out: a ratio or a figure, and what it may be at most, or must be at least."""

    what: str
    value: float
    most: float | None = None
    least: float | None = None
    unit: str = ""

    def met(self):
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    def row(self):
        bound = f"at most {number(self.most)}" if self.most is not None else f"at least {number(self.least)}"
        return [self.what, bound + self.unit, number(self.value) + self.unit, "yes" if self.met() else "**no**"]


@dataclasses.dataclass
class Section:
    """What a module has measured."""

    tables: list
    aims: list


def number(value):
    """With as many digits as say something."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"


def markdown(table):
    lines = [f"**{table.title}**", ""] if table.title else []
    lines += ["| " + " | ".join(table.heads) + " |", "| --- " + "| ---: " * (len(table.heads) - 1) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in table.rows]
    return "\n".join(lines)


def section(section, command):
    tables = [markdown(table) for table in section.tables]
    if section.aims:
        aims = Table(["aim", "bound", "measured", "met"], [aim.row() for aim in section.aims])
        tables.append(markdown(aims))
    return "\n\n".join([f"`{command}`\n{machine()}.", *tables])


def machine():
    rustc = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    day = datetime.date.today().isoformat()
    return f"{day}, {os.cpu_count()} processors, {platform.machine()} {platform.system()}, Rust {rustc}"


def write(name, text):
    """Puts the text between the marks of its section; what is written around them by hand stays."""
    marks = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    old = PAGE.read_text()
    new, count = marks.subn(lambda found: f"{found[1]}{text}\n{found[2]}", old)
    if count != 1:
        raise SystemExit(f"{PAGE} must have the marks of {name} once")
    PAGE.write_text(new)
