"""What the sections have in common: folders, cargo, and what a command has used."""

import dataclasses
import json
import os
import pathlib
import re
import resource
import subprocess
import time

PEERS = pathlib.Path(__file__).resolve().parent.parent
ROOT = PEERS.parent.parent


@dataclasses.dataclass
class Used:
    """Seconds and KiB of a command with all its children."""

    wall: float
    cpu: float
    peak_kib: int


def used(command, **options):
    """Runs a command to its end; its output is shown only if it fails. The peak is of the largest process among all that ran so far."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stdout}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Used(wall, cpu, after.ru_maxrss)


def target():
    """Where cargo builds the peers."""
    out = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=PEERS, check=True, capture_output=True
    )
    return pathlib.Path(json.loads(out.stdout)["target_directory"])


def release(*packages):
    """Builds packages of this workspace, and says where their binaries are."""
    chosen = [argument for package in packages for argument in ("-p", package)]
    subprocess.run(["cargo", "build", "--release", "--locked", *chosen], cwd=PEERS, check=True)
    return target() / "release"


def environment(**more):
    """The environment of this process without what would change a build, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARGO_PROFILE", "CARGO_BUILD", "RUSTFLAGS"))}
    return kept | more


def collected(*command):
    """Instructions of a whole run of a program in user space, by callgrind."""
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    out = subprocess.run([*valgrind, *command], check=True, capture_output=True, text=True)
    return int(re.search(r"Collected : (\d+)", out.stderr).group(1))
