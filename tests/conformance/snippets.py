"""Runs what the endpoint's README shows: the commands of curl, the programs in Python and for Node, and the set-up for pytest."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from session import require

README = Path(__file__).resolve().parents[2] / "emulator" / "README.md"
SHOWN = "127.0.0.1:8080"
PROGRAMS = Path(os.environ["CONFORMANCE_RUST_PROGRAM"]).parents[1]
TEST = """
import json, urllib.request

def test_that_dirties(endpoint):
    move(endpoint)

def test_that_finds_it_clean(endpoint):
    assert seconds(endpoint) > 100_000
    move(endpoint)

def move(endpoint):
    body, headers = b'{"set": 1000}', {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/_emulator/clock", body, headers))

def seconds(endpoint):
    return json.load(urllib.request.urlopen(f"{endpoint}/_emulator/clock"))["seconds"]
"""


def snippets(language):
    found = re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    require(found, f"the README shows no {language}")
    return found


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, **options)
    require(done.returncode == 0, f"{command[0]} failed:\n{done.stdout}")
    return done.stdout


def main():
    address = sys.argv[1].removeprefix("http://")
    clients = [text.replace(SHOWN, address) for text in snippets("python") if SHOWN in text]
    require(len(clients) == 2, "a client in Python for each cloud")
    package, certificates = (run(sys.executable, "-c", text) for text in clients)
    require(package.strip().isdigit(), f"a number of certificates, not {package}")
    require("CertificateSet" in certificates, f"a list of certificates, not {certificates}")

    (client,) = snippets("js")
    path = {**os.environ, "NODE_PATH": os.environ["CONFORMANCE_NODE_MODULES"]}
    package = run("node", "-e", client.replace(SHOWN, address), env=path)
    require(package.strip().isdigit(), f"a number of certificates, not {package}")

    curl, wait = snippets("bash")
    listed = run("bash", "-c", curl.replace(SHOWN, address))
    require('"CertificateSet"' in listed, f"a list of certificates, not {listed}")

    with tempfile.TemporaryDirectory() as folder:
        path = {**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
        ready = run("bash", "-c", wait.replace(SHOWN, "127.0.0.1:0") + "cat endpoint.json; kill $!", cwd=folder, env=path)
        require('"ready":true' in ready, f"the line of a ready endpoint, not {ready}")
        fixture = next(text for text in snippets("python") if "pytest" in text)
        Path(folder, "conftest.py").write_text(fixture, encoding="utf-8")
        Path(folder, "test_reset.py").write_text(TEST, encoding="utf-8")
        tested = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=folder, env=path)
        require("2 passed" in tested, tested)
    print("what the endpoint's README shows works")


if __name__ == "__main__":
    main()
