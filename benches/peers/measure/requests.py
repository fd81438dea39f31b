"""Requests on loopback by several clients in turn: processor time, memory, instructions."""

import json
import re
import statistics
import subprocess

from common import PEERS, release
from page import Aim, Section, Table

SUMMARY = "requests on loopback by several clients, one after the other, in rounds"
CLIENTS = ["bare", "floor", "sdk", "acm"]
# How many requests a run has, by how many are on their way at once: about two seconds of the fastest client.
REQUESTS = {1: 15_000, 64: 60_000}


def arguments(group):
    group.add_argument("--request-rounds", type=int, default=5, metavar="N")
    group.add_argument("--clients", default=",".join(CLIENTS), help="of " + ", ".join(CLIENTS))
    group.add_argument("--no-instructions", action="store_true", help="without valgrind")


class Server:
    """A server for one answer, as long as the block lasts."""

    def __init__(self, binaries, answer):
        self.command = [binaries / "server", PEERS / "answers" / answer]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        return self.process.stdout.readline().strip()

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def answer_of(client):
    return "acm.json" if client == "acm" else "cas.json"


def run(binaries, client, tasks):
    with Server(binaries, answer_of(client)) as url:
        out = subprocess.run(
            [binaries / client, url, str(REQUESTS[tasks]), str(tasks)], check=True, capture_output=True, text=True
        )
    return json.loads(out.stdout)


def instructions(binaries, client):
    """Instructions of a request, in user space: the difference of two runs, so that what is done once does not count."""
    counts = []
    for requests in (300, 1300):
        with Server(binaries, answer_of(client)) as url:
            command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binaries / client]
            out = subprocess.run([*command, url, str(requests), "1"], check=True, capture_output=True, text=True)
        counts.append(int(re.search(r"Collected : (\d+)", out.stderr).group(1)))
    return (counts[1] - counts[0]) / 1000


def measure(options):
    clients = options.clients.split(",")
    binaries = release(*clients, "server")
    figures = {(client, tasks): [] for client in clients for tasks in REQUESTS}
    for number in range(options.request_rounds):
        # Each round begins with another client, so that no client always comes first.
        order = clients[number % len(clients) :] + clients[: number % len(clients)]
        for client in order:
            for tasks in REQUESTS:
                figures[client, tasks].append(run(binaries, client, tasks))
    count = {} if options.no_instructions else {client: instructions(binaries, client) for client in clients}
    return Section([table(clients, figures, count)], aims(clients, figures, count))


def cpu(figures, client, tasks):
    """Microseconds of a request: the least of all rounds, which others have disturbed least."""
    return min(run["cpu"] / run["requests"] for run in figures[client, tasks]) * 1e6


def table(clients, figures, count):
    heads = ["client"]
    for tasks in REQUESTS:
        heads += [f"{tasks} at once: requests/s", "CPU us each", "ratio", "peak MiB"]
    heads += ["instructions each", "ratio"] if count else []
    base = "floor" if "floor" in clients else clients[0]
    rows = []
    for client in clients:
        row = [client]
        for tasks in REQUESTS:
            rate = statistics.median(run["requests"] / run["wall"] for run in figures[client, tasks])
            peak = max(run["peak_kib"] for run in figures[client, tasks]) / 1024
            each = cpu(figures, client, tasks)
            row += [f"{rate:,.0f}", f"{each:.1f}", f"{each / cpu(figures, base, tasks):.2f}", f"{peak:.1f}"]
        if count:
            row += [f"{count[client]:,.0f}", f"{count[client] / count[base]:.2f}"]
        rows.append(row)
    return Table(heads, rows)


def aims(clients, figures, count):
    if not {"sdk", "floor"} <= set(clients):
        return []
    ratio = lambda peer, tasks: cpu(figures, "sdk", tasks) / cpu(figures, peer, tasks)
    found = [Aim("processor time beside the floor, 64 at once", ratio("floor", 64), most=1.2)]
    if count:
        found.append(Aim("instructions beside the floor", count["sdk"] / count["floor"], most=1.15))
    if "acm" in clients:
        found.append(Aim("processor time beside aws-sdk-acm, 64 at once", ratio("acm", 64), most=0.4))
    return found
