"""The management API of the endpoint."""

import json
import urllib.request
from http.client import HTTPConnection

# Counts of tries, in whatever the state shows.
TRIES = ("submitted", "rollbacks", "applied")
# Proxies of the environment are not asked.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Endpoint:
    def __init__(self, url):
        self.url = url
        self.connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
        # What the state showed last, as long as nothing but time can have changed it.
        self.shown = None

    def ask(self, name, body=None):
        self.shown = None
        method, data = ("GET", None) if body is None else ("POST", json.dumps(body))
        try:
            return self.answer(method, name, data)
        except ConnectionError:
            # It was idle for too long, and the next one is new.
            self.connection.close()
            return self.answer(method, name, data)

    def answer(self, method, name, data):
        self.connection.request(method, f"/_emulator/{name}", data, {"Content-Type": "application/json"})
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{name} was answered with {response.status}: {body.decode()}")
        return json.loads(body)

    def state(self):
        return self.ask("state")

    def look(self):
        """What the services hold after a call, and the log's entry of that call."""
        state = self.state()
        self.shown = without_tries(state["services"])
        return self.shown, state["requests"]["latest"][-1]

    def services(self):
        """What the services hold. Counts of tries are no part of that: they count refusals too."""
        return self.shown if self.shown is not None else without_tries(self.state()["services"])

    def reset(self):
        self.ask("reset", {})

    def advance(self, seconds):
        self.ask("clock", {"advance_seconds": seconds})

    def fail_once(self, action, row):
        """The next call of an action meets an error of its service's table."""
        self.inject(action, {"kind": "service", "row": row})

    def inject(self, action, fault):
        """The next call of an action meets a fault."""
        self.ask("faults", {"faults": [{"action": action, "times": 1, "fault": fault}]})

    def fetch(self, url):
        """A file of the endpoint; clients may know it by another address of this machine."""
        host, _, path = url.removeprefix("http://").partition("/")
        if not host.startswith("127.0.0.1:"):
            raise ValueError("the address is not this endpoint's")
        with OPENER.open(f"{self.url}/{path}", timeout=30) as answer:
            return answer.read()


def without_tries(value):
    if isinstance(value, list):
        return [without_tries(item) for item in value]
    if isinstance(value, dict):
        return {name: without_tries(item) for name, item in value.items() if name not in TRIES}
    return value
