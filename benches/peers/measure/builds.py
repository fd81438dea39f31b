"""What building a first program takes: from nothing, after an edit of it, and after an edit of the description it is made from."""

import collections
import contextlib
import json
import pathlib
import shutil
import subprocess
import tempfile

from common import PEERS, ROOT, environment, used
from page import Aim, Section, Table

SUMMARY = "what building a first program on each client takes"
# The packages of this workspace that are such programs.
PROGRAMS = {
    "floor": "by hand",
    "sdk": "cloudcert, default features",
    "sdk-all": "cloudcert, every action",
    "acm": "aws-sdk-acm, no default features",
    "acm-config": "aws-sdk-acm, aws-config",
}
# The programs on the SDK, with the most that a clean dev build may take beside the client written by hand.
OURS = {"sdk": 1.35, "sdk-all": 1.7}
# An action of the API version that both programs on the SDK use.
EDITED = "spec/aliyun-cas-2018-07-13/DescribeUserCertificateDetail.yaml"
GENERATOR = "cloudcert-codegen"
# What a feature costs is what it adds to this one.
ONE = "aliyun-cas-2018-07-13"


def arguments(group):
    group.add_argument("--build-rounds", type=int, default=1, metavar="N", help="clean dev builds of each; of release there is one")
    group.add_argument("--programs", default=",".join(PROGRAMS), help="of " + ", ".join(PROGRAMS))
    group.add_argument("--no-features", action="store_true", help="without what each feature adds")
    group.add_argument("--no-release", action="store_true", help="without release builds, which take twice as long")


class Place:
    """A copy of the repository with a target folder of its own, so that builds are clean and edits harm nobody."""

    def __init__(self, folder):
        self.root, self.target = folder / "repository", folder / "target"
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
        for name in listed.decode().split("\0"):
            if name and (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, self.root / name)
        self.peers = self.root / "benches" / "peers"
        self.edits = 0

    def cargo(self, *arguments, **more):
        # As a user's cargo does without any settings; the workspace of the peers wants debug information in releases.
        env = environment(CARGO_TARGET_DIR=str(self.target), CARGO_PROFILE_RELEASE_DEBUG="false", **more)
        return used(["cargo", *arguments], cwd=self.peers, env=env)

    def build(self, program, profile, **more):
        return self.cargo("build", "--locked", "--offline", "--profile", profile, "-p", program, **more)

    def clean(self, program, profile):
        shutil.rmtree(self.target, ignore_errors=True)
        return self.build(program, profile)

    def after_edit(self, program, profile, path, text):
        """The least of three builds, each after another edit."""
        builds = []
        for _ in range(3):
            self.edits += 1
            path.write_text(text(path.read_text(), self.edits))
            builds.append(self.build(program, profile))
        return min(builds, key=lambda build: build.wall)

    def main_edited(self, program, profile):
        append = lambda old, number: f"{old}\n/// An edit.\npub const EDIT_{number}: u32 = {number};\n"
        return self.after_edit(program, profile, self.peers / program / "src" / "main.rs", append)

    def spec_edited(self, program):
        append = lambda old, number: old.replace("\n  en: Returns", f"\n  en: Edited{number}. Returns", 1)
        return self.after_edit(program, "dev", self.root / EDITED, append)

    def crates(self, program, *more):
        tree = ["cargo", "tree", "--locked", "--offline", "-p", program, "-e", "normal,build", "--prefix", "none", *more]
        lines = subprocess.run(tree, cwd=self.peers, check=True, capture_output=True, text=True).stdout.splitlines()
        return {" ".join(line.split()[:2]) for line in lines if line} - {f"{program} v0.0.0", "common v0.0.0"}

    def size(self, program):
        """Bytes of the release binary without symbols."""
        binary, stripped = self.target / "release" / program, self.target / "stripped"
        subprocess.run(["strip", "-o", stripped, binary], check=True)
        return stripped.stat().st_size

    def share(self, program):
        """Processor seconds of a clean dev build that go into what only the build script needs, and into running it."""
        log = self.target.parent / "rustc"
        log.unlink(missing_ok=True)
        shutil.rmtree(self.target, ignore_errors=True)
        self.build(program, "dev", **self.logging(log))
        only = {line.split()[0] for line in self.crates(program) - self.crates(program, "--prune", GENERATOR)}
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        spent = lambda chosen: sum(line["cpu"] for line in lines if chosen(line["package"]))
        return spent(lambda package: package in only), self.script(), spent(lambda _: True), spent(lambda package: package == "cloudcert")

    def features(self):
        """Processor seconds of rustc, and crates, that each feature adds to a build of the SDK with one API version."""
        shutil.rmtree(self.target, ignore_errors=True)
        base, manifest = self.compiled(ONE), (self.root / "Cargo.toml").read_text()
        listed = manifest.split("\n[features]\n")[1].split("\n[")[0]
        names = [line.split(" = ")[0] for line in listed.splitlines() if " = " in line]
        added = {}
        for name in names:
            if name not in ("default", ONE):
                built = self.compiled(f"{ONE},{name}")
                again = sum(base.get(package, 0) for package in built)
                added[name] = (sum(built.values()) - again, len(built.keys() - base.keys()))
        return added

    def compiled(self, features):
        """Processor seconds of each package that cargo compiles now."""
        log = self.target.parent / "rustc"
        log.unlink(missing_ok=True)
        chosen = ["-p", "cloudcert", "--no-default-features", "--features", features]
        at = ["--manifest-path", str(self.root / "Cargo.toml")]
        self.cargo("build", "--locked", "--offline", *at, *chosen, **self.logging(log))
        spent = collections.Counter()
        for line in log.read_text().splitlines():
            line = json.loads(line)
            spent[line["package"]] += line["cpu"]
        return spent

    @staticmethod
    def logging(log):
        """A wrapper of rustc that writes down what it takes."""
        return {"RUSTC_WRAPPER": str(PEERS / "measure" / "rustc"), "MEASURED_RUSTC": str(log)}

    def script(self):
        """Processor seconds of the build script itself."""
        [binary] = self.target.glob("debug/build/cloudcert-*/build-script-build")
        with tempfile.TemporaryDirectory() as out:
            env = environment(CARGO_MANIFEST_DIR=str(self.root), OUT_DIR=out)
            return used([binary], env=env, cwd=self.root).cpu


@contextlib.contextmanager
def place():
    with tempfile.TemporaryDirectory() as folder:
        yield Place(pathlib.Path(folder))


def measure(options):
    programs = options.programs.split(",")
    with place() as here:
        here.cargo("fetch", "--locked")
        found = {program: {"crates": len(here.crates(program))} for program in programs}
        dev = {program: [] for program in programs}
        for _ in range(options.build_rounds):
            for program in programs:
                dev[program].append(here.clean(program, "dev"))
                found[program]["main, dev"] = here.main_edited(program, "dev")
                if program in OURS:
                    found[program]["spec"] = here.spec_edited(program)
        for program in programs:
            found[program]["dev"] = min(dev[program], key=lambda build: build.cpu)
            if options.no_release:
                continue
            found[program]["release"] = here.clean(program, "release")
            found[program]["main, release"] = here.main_edited(program, "release")
            found[program]["size"] = here.size(program)
        shares = {program: here.share(program) for program in OURS if program in programs}
        tables = [table(found), shares_table(shares)]
        if not options.no_features:
            tables.append(features_table(here.features()))
    scripts = [
        Aim(f"{PROGRAMS[program]}: running the build script, CPU", script, most=2, unit=" s") for program, (_, script, _, _) in shares.items()
    ]
    return Section(tables, aims(found) + scripts)


def table(found):
    base = found.get("floor")
    heads = ["program on", "other crates", "dev, clean: wall s", "CPU s", "ratio", "main.rs edited: wall s"]
    profiles = ["dev"]
    if all("release" in of for of in found.values()):
        profiles.append("release")
        heads += ["release, clean: wall s", "CPU s", "ratio", "main.rs edited: wall s", "binary, stripped: MB", "ratio"]
    rows = []
    for program, of in found.items():
        ratio = lambda value, key: f"{value(of[key]) / value(base[key]):.2f}" if base else "-"
        row = [PROGRAMS[program], f"{of['crates']}"]
        for profile in profiles:
            build = of[profile]
            row += [f"{build.wall:.0f}", f"{build.cpu:.0f}", ratio(lambda b: b.cpu, profile), f"{of[f'main, {profile}'].wall:.2f}"]
        if "size" in of:
            row += [f"{of['size'] / 1e6:.2f}", ratio(lambda size: size, "size")]
        rows.append(row)
    return Table(heads, rows)


def shares_table(shares):
    heads = ["program on", "rustc, all: CPU s", "crates that only the build script needs", "share", "running it", "cloudcert itself"]
    rows = [
        [PROGRAMS[program], f"{everything:.1f}", f"{only:.1f}", f"{only / everything:.0%}", f"{script:.2f}", f"{own:.1f}"]
        for program, (only, script, everything, own) in shares.items()
    ]
    return Table(heads, rows, "What of a clean dev build goes into the generator")


def features_table(added):
    dearest = sorted(added.items(), key=lambda of: -of[1][0])
    rows = [[f"`{name}`", f"{cpu:+.1f}", f"{crates:+d}"] for name, (cpu, crates) in dearest]
    return Table(["feature", "CPU s of rustc", "crates"], rows, f"What a feature adds to a dev build of the SDK with `{ONE}` alone")


def aims(found):
    aims = []
    for program, beside_hand in ((program, most) for program, most in OURS.items() if program in found):
        name, of = PROGRAMS[program], found[program]
        dev = lambda peer: of["dev"].cpu / found[peer]["dev"].cpu
        for peer, most in (("floor", beside_hand), ("acm", 0.7 if program == "sdk" else 1), ("acm-config", 0.55)):
            if peer in found:
                aims.append(Aim(f"{name}: clean dev CPU beside {PROGRAMS[peer]}", dev(peer), most=most))
        aims.append(Aim(f"{name}: other crates, build dependencies included", of["crates"], most=130))
        if "floor" in found and "size" in of:
            aims.append(Aim(f"{name}: stripped binary beside by hand", of["size"] / found["floor"]["size"], most=1.15))
        for key in ("main, dev", "main, release"):
            if "floor" in found and key in of:
                beside = of[key].cpu / found["floor"][key].cpu
                aims.append(Aim(f"{name}: main.rs edited, {key.split()[1]}, CPU beside by hand", beside, most=1.1))
        aims.append(Aim(f"{name}: one YAML file edited, dev", of["spec"].wall, most=4, unit=" s"))
    return aims
