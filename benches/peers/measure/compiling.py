"""What rustc takes for a crate of generated code in a dev build, when its dependencies have been built: ours beside aws-sdk-acm."""

import dataclasses
import json
import pathlib
import subprocess
import tempfile

from common import PEERS, ROOT, environment, target, used
from page import Aim, Table

NONE = ["--no-default-features"]
EVERY = ["--features", "aliyun-cas-2018-07-13,aliyun-cas-2020-04-07,ksyun-kcm-2016-03-04"]
# Folder, package to build, its options, package to clean, crate to measure.
CRATES = {
    "all": (ROOT, ["-p", "cloudcert", *EVERY], "cloudcert"),
    "none": (ROOT, ["-p", "cloudcert", *NONE], "cloudcert"),
    "acm": (PEERS, ["-p", "acm"], "aws-sdk-acm"),
}


@dataclasses.dataclass
class Compiling:
    """Processor seconds of rustc for each crate, and how many operations each has."""

    cpu: dict
    beside: float
    operations: dict

    def each(self):
        """For one of our actions: what the crate takes less without any."""
        return (self.cpu["all"] - self.cpu["none"]) / self.operations["all"]

    def theirs(self):
        return self.cpu["acm"] / self.operations["acm"]

    def table(self):
        row = lambda name, key, operations, each: [name, f"{self.cpu[key]:.2f}", operations, each]
        ours, acm = self.operations["all"], self.operations["acm"]
        rows = [
            row("cloudcert without an API version", "none", "0", ""),
            row("cloudcert, every action", "all", f"{ours}", f"{self.each():.3f}"),
            row("aws-sdk-acm", "acm", f"{acm}", f"{self.theirs():.3f}"),
        ]
        title = f"Compiling in a dev build; the build script of cloudcert comes to it: {self.beside:.2f} s with cargo's own work"
        return Table(["crate", "CPU s of rustc", "operations", "an operation"], rows, title)

    def aim(self):
        return Aim("CPU of rustc for an operation", self.each(), most=0.09, unit=" s")


def measure(rounds):
    with tempfile.TemporaryDirectory() as temporary:
        log = pathlib.Path(temporary, "log")
        for key in CRATES:
            build(key, log)
        spent, beside = {key: [] for key in CRATES}, []
        for _ in range(rounds):
            for key, (folder, _, package) in CRATES.items():
                subprocess.run(["cargo", "clean", "-p", package], cwd=folder, env=setup(log), check=True, capture_output=True)
                log.write_text("")
                whole = build(key, log)
                crates = [json.loads(line) for line in log.read_text().splitlines()]
                spent[key] += [crate["cpu"] for crate in crates if crate["crate"] == package.replace("-", "_")]
                if key == "all":
                    beside.append(whole.cpu - sum(crate["cpu"] for crate in crates))
    return Compiling({key: min(of) for key, of in spent.items()}, min(beside), operations())


def setup(log):
    """A target folder of its own: a wrapper of rustc is part of what cargo remembers."""
    own = {"CARGO_INCREMENTAL": "0", "CARGO_TARGET_DIR": str(target() / "compiling"), "MEASURED_RUSTC": str(log)}
    return environment(RUSTC_WRAPPER=str(PEERS / "measure" / "rustc"), **own)


def build(key, log):
    folder, chosen, _ = CRATES[key]
    return used(["cargo", "build", "--locked", *chosen], cwd=folder, env=setup(log))


def operations():
    """Actions of our description, and modules of operations in the package of the other."""
    ours = [file for file in (ROOT / "spec").glob("*-*/*.yaml") if file.name[0].isupper()]
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked"], cwd=PEERS, check=True, capture_output=True
    )
    packages = {package["name"]: package for package in json.loads(metadata.stdout)["packages"]}
    acm = pathlib.Path(packages["aws-sdk-acm"]["manifest_path"]).parent.glob("src/operation/*.rs")
    return {"all": len(ours), "acm": len(list(acm))}
