"""Requests on loopback by several clients in turn: processor time, memory, instructions."""

import json
import statistics
import subprocess
import sys
import venv

from common import PEERS, collected, release, target
from page import Aim, Section, Table

SUMMARY = "requests on loopback by several clients, one after the other, in rounds"
CLIENTS = ["bare", "floor", "sdk", "acm", "python"]
# How many requests a run has, by how many are on their way at once: about a second of a client.
REQUESTS = {1: 15_000, 64: 60_000}
# The same for Python, and how it can have them on their way; the better one counts.
PYTHON_REQUESTS = {1: 800, 64: 1_600}
WAYS = {1: ["threads"], 64: ["threads", "asyncio"]}


def arguments(group):
    group.add_argument("--request-rounds", type=int, default=5, metavar="N")
    group.add_argument("--clients", default=",".join(CLIENTS), help="of " + ", ".join(CLIENTS))
    group.add_argument("--no-instructions", action="store_true", help="without valgrind")


class Server:
    """A server for one response, as long as the block lasts."""

    def __init__(self, binaries, response):
        self.command = [binaries / "server", PEERS / "responses" / response]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        return self.process.stdout.readline().strip()

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def response_of(client):
    return "acm.json" if client == "acm" else "cas.json"


def python():
    """An interpreter that has the official client, made at the first run."""
    folder, wanted = target() / "peers-python", PEERS / "python" / "requirements.txt"
    installed = folder / "installed.txt"
    if not installed.exists() or installed.read_text() != wanted.read_text():
        print("installing the Python client", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        command = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", wanted]
        subprocess.run(command, check=True)
        installed.write_text(wanted.read_text())
    return folder / "bin" / "python"


def run(binaries, client, tasks):
    """One run; of Python's ways to have several calls at once, the one that takes less."""
    found = []
    for way in WAYS[tasks] if client == "python" else [None]:
        with Server(binaries, response_of(client)) as url:
            if way:
                command = [python(), PEERS / "python" / "client.py", url, str(PYTHON_REQUESTS[tasks]), str(tasks), way]
            else:
                command = [binaries / client, url, str(REQUESTS[tasks]), str(tasks)]
            out = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(json.loads(out.stdout) | {"way": way})
    return min(found, key=lambda figures: figures["cpu"])


def instructions(binaries, client, tasks):
    """Instructions of a request, in user space: the difference of two runs, so that what is done once does not count."""
    counts = []
    for requests in (300, 1300):
        with Server(binaries, response_of(client)) as url:
            counts.append(collected(binaries / client, url, str(requests), str(tasks)))
    return (counts[1] - counts[0]) / 1000


def measure(options):
    clients = options.clients.split(",")
    binaries = release(*(client for client in clients if client != "python"), "server")
    figures = {(client, tasks): [] for client in clients for tasks in REQUESTS}
    for number in range(options.request_rounds):
        # Each round begins with another client, so that no client always comes first.
        order = clients[number % len(clients) :] + clients[: number % len(clients)]
        for client in order:
            for tasks in REQUESTS:
                figures[client, tasks].append(run(binaries, client, tasks))
    count = {}
    if not options.no_instructions:
        # What an interpreter executes is not counted: it would take hours, and its time says as much.
        counted = [(client, tasks) for client in clients if client != "python" for tasks in REQUESTS]
        count = {(client, tasks): instructions(binaries, client, tasks) for client, tasks in counted}
    return Section(tables(clients, figures, count), aims(clients, figures, count))


def cpu(figures, client, tasks):
    """Microseconds of a request: the least of all rounds, which others have disturbed least."""
    return min(run["cpu"] / run["requests"] for run in figures[client, tasks]) * 1e6


def tables(clients, figures, count):
    base = "floor" if "floor" in clients else clients[0]
    return [table(clients, figures, count, base, tasks) for tasks in REQUESTS]


def table(clients, figures, count, base, tasks):
    heads = ["client", "requests/s", "CPU us each", "ratio", "MiB at rest", "peak MiB"]
    heads += ["instructions each", "ratio"] if count else []
    rows = []
    for client in clients:
        runs, each = figures[client, tasks], cpu(figures, client, tasks)
        way = min(runs, key=lambda run: run["cpu"])["way"] if tasks > 1 else None
        rate = statistics.median(run["requests"] / run["wall"] for run in runs)
        rest, peak = (max(run[name] for run in runs) / 1024 for name in ("rest_kib", "peak_kib"))
        row = [f"{client}, {way}" if way else client]
        row += [f"{rate:,.0f}", f"{each:.1f}", f"{each / cpu(figures, base, tasks):.2f}", f"{rest:.1f}", f"{peak:.1f}"]
        if count:
            known = (client, tasks) in count
            row += [f"{count[client, tasks]:,.0f}", f"{count[client, tasks] / count[base, tasks]:.2f}"] if known else ["", ""]
        rows.append(row)
    return Table(heads, rows, "One at a time" if tasks == 1 else f"{tasks} at once")


def aims(clients, figures, count):
    if not {"sdk", "floor"} <= set(clients):
        return []
    ratio = lambda peer, tasks: cpu(figures, "sdk", tasks) / cpu(figures, peer, tasks)
    found = [
        Aim("processor time beside the floor, one at a time", ratio("floor", 1), most=1),
        Aim("processor time beside the floor, 64 at once", ratio("floor", 64), most=1),
    ]
    for tasks in REQUESTS if count else []:
        name = "instructions beside the floor, " + ("one at a time" if tasks == 1 else f"{tasks} at once")
        found.append(Aim(name, count["sdk", tasks] / count["floor", tasks], most=1))
    if "acm" in clients:
        found.append(Aim("processor time beside aws-sdk-acm, 64 at once", ratio("acm", 64), most=0.4))
    if "python" in clients:
        found.append(Aim("processor time of Python beside it, one at a time", 1 / ratio("python", 1), least=7))
        found.append(Aim("processor time of Python beside it, 64 at once", 1 / ratio("python", 64), least=15))
    return found
