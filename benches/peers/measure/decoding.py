"""Lists of certificates read by cloudcert, and into exact structures by serde_json and quick-xml."""

import json
import subprocess

from common import release
from page import Aim, Section, Table
from turns import instructions, nanoseconds

SUMMARY = "lists of certificates in JSON and XML, beside exact structures"
LISTS = {"aliyun": "DescribeUserCertificateList", "ksyun": "ListCertificates"}
# What reading must reach of the exact structures' speed.
BOUNDS = {"json": 0.85, "xml": 1}
# How many runs callgrind counts, by certificates; the largest lists are only timed.
RUNS = {1: 2000, 100: 40}


def arguments(group):
    group.add_argument("--decoding-rounds", type=int, default=15, metavar="N")


def measure(options):
    binary = release("decoding") / "decoding"
    out = subprocess.run([binary, "sizes"], check=True, capture_output=True, text=True)
    sizes = json.loads(out.stdout)
    times = nanoseconds(binary, options.decoding_rounds)
    cases = sorted(sizes, key=lambda case: (case.split()[:2], int(case.split()[2])))
    rows, ratios = [], {}
    for case in cases:
        name, format, count = case.split()
        own, exact = without_empty(times, case)
        row = [f"{LISTS[name]}, {format.upper()}, {int(count):,}", f"{sizes[case]:,}"]
        row += [f"{1000 * sizes[case] / own:,.0f}", f"{1000 * sizes[case] / exact:,.0f}", f"{exact / own:.2f}"]
        ratio = exact / own
        if int(count) in RUNS:
            names = [f"{case} sdk", f"{case} exact", f"{name} empty sdk", "empty exact"]
            counts = {name: instructions(binary, name, RUNS[int(count)]) for name in names}
            own, exact = without_empty(counts, case)
            row += [f"{own:,.0f}", f"{exact:,.0f}", f"{exact / own:.2f}"]
            # So short a time cannot be told from that of the call around it.
            ratio = exact / own if count == "1" else ratio
        rows.append(row + [""] * (8 - len(row)))
        ratios.setdefault((format, int(count)), []).append(ratio)
    heads = ["certificates", "bytes", "MB/s", "exact MB/s", "ratio", "instructions", "exact", "ratio"]
    aims = [
        Aim(f"{format.upper()}, {count:,}, the lower of both lists{', instructions' if count == 1 else ''}", min(found), least=BOUNDS[format])
        for (format, count), found in ratios.items()
    ]
    return Section([Table(heads, rows)], aims)


def without_empty(figures, case):
    """What reading costs both beyond `{}`; for the SDK that takes away the call too."""
    empty = f"{case.split()[0]} empty sdk"
    return figures[f"{case} sdk"] - figures[empty], figures[f"{case} exact"] - figures["empty exact"]
