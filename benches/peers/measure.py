#!/usr/bin/env python3
"""Requests on loopback by several clients, one after the other, in rounds: processor time, memory, instructions.

    benches/peers/measure.py [--rounds 5] [--clients floor,sdk,...] [--instructions]

Builds the clients, starts the server that always gives the same answer, and prints a table with ratios to `floor`. Ratios are of one sitting:
figures of different days or machines say nothing. Linux; --instructions needs valgrind.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CLIENTS = ["bare", "floor", "sdk", "acm"]
# How many requests a run has, by how many are on their way at once: about two seconds of the fastest client.
REQUESTS = {1: 15_000, 64: 60_000}


def target():
    out = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=HERE, check=True, capture_output=True
    )
    return pathlib.Path(json.loads(out.stdout)["target_directory"]) / "release"


class Server:
    """A server for one answer, as long as the block lasts."""

    def __init__(self, binaries, answer):
        self.command = [binaries / "server", HERE / "answers" / answer]

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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", default=",".join(CLIENTS))
    parser.add_argument("--instructions", action="store_true")
    options = parser.parse_args()
    clients = options.clients.split(",")
    packages = [argument for client in [*clients, "server"] for argument in ("-p", client)]
    subprocess.run(["cargo", "build", "--release", "--locked", *packages], cwd=HERE, check=True)
    binaries = target()
    figures = {(client, tasks): [] for client in clients for tasks in REQUESTS}
    for number in range(options.rounds):
        # Each round begins with another client, so that no client always comes first.
        order = clients[number % len(clients) :] + clients[: number % len(clients)]
        for client in order:
            for tasks in REQUESTS:
                figures[client, tasks].append(run(binaries, client, tasks))
    count = {client: instructions(binaries, client) for client in clients} if options.instructions else {}
    show(clients, figures, count)


def show(clients, figures, count):
    def best(client, tasks):
        return min(run["cpu"] / run["requests"] for run in figures[client, tasks]) * 1e6

    def rate(client, tasks):
        return statistics.median(run["requests"] / run["wall"] for run in figures[client, tasks])

    def peak(client, tasks):
        return max(run["peak_kib"] for run in figures[client, tasks]) / 1024

    base = "floor" if "floor" in clients else clients[0]
    heads = ["client"]
    for tasks in REQUESTS:
        heads += [f"{tasks} at once: requests/s", "CPU us each", "ratio", "peak MiB"]
    heads += ["instructions each", "ratio"] if count else []
    print("| " + " | ".join(heads) + " |")
    print("| --- " + "| ---: " * (len(heads) - 1) + "|")
    for client in clients:
        row = [client]
        for tasks in REQUESTS:
            row += [f"{rate(client, tasks):,.0f}", f"{best(client, tasks):.1f}"]
            row += [f"{best(client, tasks) / best(base, tasks):.2f}", f"{peak(client, tasks):.1f}"]
        if count:
            row += [f"{count[client]:,.0f}", f"{count[client] / count[base]:.2f}"]
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    sys.exit(main())
