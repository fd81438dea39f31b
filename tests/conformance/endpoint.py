"""The management API of the endpoint."""

import json
import urllib.request

# Proxies of the environment are not asked.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Endpoint:
    def __init__(self, url):
        self.url = url

    def ask(self, name, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{name}", data, {"Content-Type": "application/json"})
        with OPENER.open(request, timeout=30) as answer:
            return json.load(answer)

    def state(self):
        return self.ask("state")

    def services(self):
        """What the services hold. How often an instance was submitted counts refusals too, so it is no part of that."""
        services = self.state()["services"]
        for service in services.values():
            for instance in service.get("instances", []):
                instance.pop("submitted", None)
        return services

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
        """A file, of this endpoint only."""
        if not url.startswith(f"{self.url}/"):
            raise ValueError("the address is not this endpoint's")
        with OPENER.open(url, timeout=30) as answer:
            return answer.read()
