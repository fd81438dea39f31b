"""What the program `cloudcert` takes for one command: wall time and memory."""

import json
import os
import statistics
import subprocess
import tempfile
import time

from common import ROOT, environment
from page import Aim, Section, Table

SUMMARY = "wall time and memory of commands of the program, beside the local endpoint"
CALL = ["aliyun-cas", "describe-package-state", "--product-code", "digicert-free-1-free"]
# With the most milliseconds and megabytes that each may take.
COMMANDS = {
    "one call of the local endpoint": (CALL, 25, 15),
    "`--help`": (["--help"], 10, None),
    "`aliyun-cas list-csr --help`": (["aliyun-cas", "list-csr", "--help"], None, None),
    "`aliyun-cas --help`, the list of its actions": (["aliyun-cas", "--help"], None, None),
}


def arguments(group):
    group.add_argument("--program-runs", type=int, default=40, metavar="N", help="of which the median counts")


def measure(options):
    subprocess.run(["cargo", "build", "--release", "--locked", "-p", "cloudcert-cli"], cwd=ROOT, check=True)
    metadata = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    out = subprocess.run(metadata, cwd=ROOT, check=True, capture_output=True)
    program = os.path.join(json.loads(out.stdout)["target_directory"], "release", "cloudcert")
    endpoint = subprocess.Popen([program, "emulate"], stdout=subprocess.PIPE, text=True)
    try:
        url = json.loads(endpoint.stdout.readline())["url"]
        with tempfile.TemporaryDirectory() as state:
            keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "testid", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "testsecret"}
            env = environment(CLOUDCERT_ENDPOINT_URL=url, CLOUDCERT_STATE=state, HOME=state, CLOUDCERT_LANG="en", **keys)
            found = {name: figures([program, *words], env, options.program_runs) for name, (words, _, _) in COMMANDS.items()}
    finally:
        endpoint.terminate()
        endpoint.wait()
    rows = [[name, f"{wall * 1e3:.1f}", f"{cpu * 1e3:.1f}", f"{kib / 1024:.1f}"] for name, (wall, cpu, kib) in found.items()]
    return Section([Table(["command", "wall ms", "CPU ms", "MiB resident"], rows)], aims(found))


def figures(command, env, runs):
    """The median wall and processor seconds, and the most KiB of one more run."""
    walls, cpus = [], []
    for _ in range(runs):
        start = time.monotonic()
        child = os.posix_spawn(command[0], command, env, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        _, status, usage = os.wait4(child, 0)
        walls.append(time.monotonic() - start)
        if status:
            raise SystemExit(f"{command} failed")
        cpus.append(usage.ru_utime + usage.ru_stime)
    # The peak of a process begins with that of the process it was made by, and Python's is larger than what is measured.
    small = ["/usr/bin/time", "--format", "%M", *command]
    peak = subprocess.run(small, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
    return statistics.median(walls), statistics.median(cpus), int(peak.split()[-1])


def aims(found):
    aims = []
    for name, (_, wall, memory) in COMMANDS.items():
        if wall is not None:
            aims.append(Aim(f"{name}: wall", found[name][0] * 1e3, most=wall, unit=" ms"))
        if memory is not None:
            aims.append(Aim(f"{name}: resident memory", found[name][2] * 1024 / 1e6, most=memory, unit=" MB"))
    return aims
