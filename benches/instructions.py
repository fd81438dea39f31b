"""Compares the instructions of signing, encoding and decoding with benches/instructions.json.

    python3 benches/instructions.py             # fails if a case has become more than 3 % dearer
    python3 benches/instructions.py --accept    # what is counted now becomes the baseline

Counted by callgrind as the difference of two numbers of runs, so that what is done once does not count. valgrind shows programs a processor
of its own without instructions for hashes, so that signatures count the same on every machine of an architecture. Needs valgrind.
"""

import argparse
import json
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers" / "measure"))

from common import release  # noqa: E402
from turns import collected  # noqa: E402

BASELINE = HERE / "instructions.json"
MOST = 1.03
SIGNATURES = ["sign aliyun 1.0", "sign ACS3", "sign AWS4", "sign Kingsoft simplified"]
CALLS = ["call aliyun, nothing", "call aliyun, 16 parameters", "call Kingsoft, nothing", "call Kingsoft, lists and structures"]
# A response counts without its call.
RESPONSES = {"decode aliyun": "call aliyun, list", "decode Kingsoft": "call Kingsoft, nothing"}


def counts():
    binary = release("instructions") / "instructions"

    def of(case, runs):
        return (collected(binary, case, 2 * runs) - collected(binary, case, runs)) / runs

    found = {case: of(case, 500) for case in SIGNATURES + CALLS}
    calls = {call: found[call] if call in found else of(call, 500) for call in RESPONSES.values()}
    for name, call in RESPONSES.items():
        for format in ("json", "xml"):
            for count in (1, 100):
                case = f"{name}, {format}, {count}"
                found[case] = of(case, 500 // count) - calls[call]
    return {case: round(count) for case, count in found.items()}


def machine():
    rustc = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    return {"rustc": rustc, "arch": platform.machine()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accept", action="store_true", help="write what is counted now into benches/instructions.json")
    options = parser.parse_args()
    now = {**machine(), "instructions": counts()}
    old = json.loads(BASELINE.read_text()) if BASELINE.exists() else {**now, "instructions": {}}
    width = max(map(len, now["instructions"]))
    print(f"{'case':{width}} {'baseline':>10} {'now':>10}  ratio")
    dearer, cheaper = [], []
    for case, count in now["instructions"].items():
        before = old["instructions"].get(case)
        ratio = count / before if before else 1
        print(f"{case:{width}} {before or '-':>10} {count:>10}  {ratio:.3f}")
        if ratio > MOST or not before:
            dearer.append(case)
        elif ratio < 1 / MOST:
            cheaper.append(case)
    for what in ("rustc", "arch"):
        if old[what] != now[what]:
            print(f"the baseline is of {what} {old[what]}, this is {now[what]}: a difference may come from that")
    if options.accept:
        BASELINE.write_text(json.dumps(now, indent=2) + "\n")
        return
    if cheaper:
        print(f"cheaper: {'; '.join(cheaper)}. Accept it, or it may be lost unseen: --accept")
    if dearer:
        raise SystemExit(f"dearer or new: {'; '.join(dearer)}")


if __name__ == "__main__":
    main()
