"""Our generator beside progenitor's, and what the compiler takes for the generated code beside aws-sdk-acm."""

import json
import pathlib
import subprocess
import tempfile

import compiling
import shapes
from common import collected, release
from page import Aim, Section, Table

SUMMARY = "the generator beside progenitor in builder mode, and compiling its output beside aws-sdk-acm"
ACTIONS = [20, 200, 2_000]
# Where instructions are counted.
COUNTED = 200
RUNS = {
    "cloudcert": ("generate-ours", lambda folder: shapes.ours(folder / "ours", int(folder.name))),
    "progenitor": ("generate-progenitor", lambda folder: shapes.openapi(folder / "openapi.json", int(folder.name))),
}


def arguments(group):
    group.add_argument("--generator-rounds", type=int, default=3, metavar="N")
    group.add_argument("--actions", default=",".join(map(str, ACTIONS)), help="sizes of the made-up API")
    group.add_argument("--no-compiling", action="store_true", help="without compiling what was generated")


def measure(options):
    actions = [int(number) for number in options.actions.split(",")]
    binaries = release("generator")
    with tempfile.TemporaryDirectory() as temporary:
        folders = {number: pathlib.Path(temporary, str(number)) for number in {*actions, COUNTED}}
        files = {(who, number): make(folder) for who, (_, make) in RUNS.items() for number, folder in folders.items()}
        runs = {(who, number): [] for who in RUNS for number in actions}
        for _ in range(options.generator_rounds):
            for number in actions:
                for who, (binary, _) in RUNS.items():
                    out = subprocess.run([binaries / binary, files[who, number]], check=True, capture_output=True, text=True)
                    runs[who, number].append(json.loads(out.stdout))
        count = {who: collected(binaries / binary, files[who, COUNTED]) for who, (binary, _) in RUNS.items()}
    best = {key: min(of, key=cpu) for key, of in runs.items()}
    section = Section([table(actions, best), stages(actions, best, count)], aims(actions, best, count))
    if not options.no_compiling:
        found = compiling.measure(options.generator_rounds)
        section.tables.append(found.table())
        section.aims.append(found.aim())
    return section


def cpu(run):
    return sum(run["stages"].values())


def table(actions, best):
    heads = ["actions", "cloudcert: CPU ms each", "peak MiB", "KiB of text each"]
    heads += ["progenitor: CPU ms each", "peak MiB", "KiB of text each", "ratio of CPU"]
    rows = []
    for number in actions:
        row = [f"{number:,}"]
        for who in RUNS:
            run = best[who, number]
            row += [f"{cpu(run) / number * 1e3:.2f}", f"{run['peak_kib'] / 1024:.0f}", f"{run['bytes'] / 1024 / number:.1f}"]
        row.append(f"{cpu(best['cloudcert', number]) / cpu(best['progenitor', number]):.2f}")
        rows.append(row)
    return Table(heads, rows)


def stages(actions, best, count):
    number = COUNTED if COUNTED in actions else actions[-1]
    rows = []
    for who in RUNS:
        run = best[who, number]
        shares = ", ".join(f"{name} {share / cpu(run):.0%}" for name, share in run["stages"].items())
        ratio = count[who] / count["progenitor"]
        rows.append([who, shares, f"{count[who] / COUNTED / 1e6:.2f}", f"{ratio:.2f}"])
    heads = ["", f"stages at {number}", f"million instructions an action at {COUNTED}", "ratio"]
    return Table(heads, rows)


def aims(actions, best, count):
    each = lambda who, number: cpu(best[who, number]) / number
    most = max(actions)
    found = [
        Aim(f"CPU beside progenitor, {number:,} actions", each("cloudcert", number) / each("progenitor", number), most=0.45)
        for number in actions
    ]
    found.append(Aim(f"instructions beside progenitor, {COUNTED} actions", count["cloudcert"] / count["progenitor"], most=0.45))
    found.append(Aim(f"peak at {most:,} actions", best["cloudcert", most]["peak_kib"] * 1024 / 1e6, most=400, unit=" MB"))
    if COUNTED in actions and most > COUNTED:
        flat = each("cloudcert", most) / each("cloudcert", COUNTED)
        found.append(Aim(f"CPU an action at {most:,} beside {COUNTED}", flat, most=1.2))
    return found
