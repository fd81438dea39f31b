"""The programs that the page is tested with: the endpoint, and one that calls it through the SDK."""

import json
import os
import secrets
import subprocess
import urllib.error
import urllib.parse
import urllib.request


class Programs:
    """An endpoint with an access key of its own, and the program of the SDK. Both end with the block."""

    def __init__(self, target, port=0):
        self.target = target / "debug"
        self.secret = f"canary-{secrets.token_hex(16)}"
        self.options = []
        self.address = f"127.0.0.1:{port}"
        self.running = None
        self.sdk = None
        foreign = ("ALIBABA_CLOUD_", "KSYUN_", "CLOUDCERT_")
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(foreign) and not name.lower().endswith("_proxy")
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in filter(None, (self.sdk, self.running)):
            process.terminate()
            process.wait(timeout=30)

    def start(self, *options):
        """Starts the endpoint, or starts it again where it was, and returns its address."""
        keys = {}
        for cloud, name in (("ALIYUN", "own"), ("KSYUN", "AKLTown")):
            keys |= {f"CLOUDCERT_EMULATOR_{cloud}_ID": name, f"CLOUDCERT_EMULATOR_{cloud}_SECRET": self.secret}
        command = [self.target / "cloudcert-emulator", "--listen", self.address, *options]
        self.running = subprocess.Popen(command, env={**self.environment, **keys}, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.running.stdout.readline())
        self.url = ready["url"]
        self.address = f"127.0.0.1:{ready['port']}"
        return self.url

    def stop(self):
        self.running.terminate()
        self.running.wait(timeout=30)
        self.running = None

    def call(self, line):
        """Has the SDK make a call, and returns what came of it."""
        if self.sdk is None:
            keys = {
                "CLOUDCERT_ENDPOINT_URL": self.url,
                "ALIBABA_CLOUD_ACCESS_KEY_ID": "own", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.secret,
                "KSYUN_ACCESS_KEY": "AKLTown", "KSYUN_SECRET_KEY": self.secret,
            }
            self.sdk = subprocess.Popen(
                [self.target / "examples" / "window"], env={**self.environment, **keys},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        self.sdk.stdin.write(f"{line}\n")
        self.sdk.stdin.flush()
        return json.loads(self.sdk.stdout.readline())

    def order(self, domain):
        """Places an order, and returns its id."""
        return self.call(f"order {domain}")["order"]

    def raw(self, **parameters):
        """Makes a call that is not signed, with whatever parameters."""
        query = urllib.parse.urlencode({"Version": "2020-04-07", **parameters})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            opener.open(f"{self.url}/?{query}", timeout=30).read()
        except urllib.error.HTTPError:
            pass

    def state(self):
        return self.manage("GET", "state")

    def manage(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as response:
            return json.load(response)
