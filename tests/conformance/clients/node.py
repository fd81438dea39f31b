"""The client @alicloud/cas20200407 for Node, in a process of its own."""

import functools
import json
import os
import subprocess
from pathlib import Path

from clients import Models, Refused
from compare import EXACT

PACKAGE = "@alicloud/cas20200407"
DRIVER = Path(__file__).resolve().parents[1] / "node" / "driver.js"


class Process:
    """The driver; it ends with this program."""

    def __init__(self):
        environment = {**os.environ, "NODE_PATH": os.environ["CONFORMANCE_NODE_MODULES"]}
        self.process = subprocess.Popen(["node", DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.has = self.ask(None)

    def ask(self, what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the driver of the client for Node has ended")
        told = json.loads(line)
        if "failed" in told:
            raise RuntimeError(told["failed"])
        return told


# One for all clients: starting it takes as long as many calls.
started = functools.cache(Process)


class Node(Models):
    package = PACKAGE
    converts = True

    def __init__(self, url, key):
        self.process = started()
        self.key = {"endpoint": url.removeprefix("http://"), "id": key.id, "secret": key.secret, "token": key.token}

    def actions(self):
        return self.process.has["actions"]

    def fields(self, model):
        return self.process.has["fields"].get(model)

    def call(self, action, parameters):
        told = self.process.ask({"key": self.key, "action": action, "parameters": in_text(parameters)})
        if refused := told.get("refused"):
            raise Refused(refused["code"], refused["message"], refused["requestId"])
        return told["answer"]


def in_text(value):
    """Whole numbers that a double does not hold, as texts: the client sends both alike."""
    if isinstance(value, dict):
        return {name: in_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_text(item) for item in value]
    return str(value) if isinstance(value, int) and abs(value) > EXACT else value
