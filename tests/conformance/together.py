"""An official client and the SDK at work on one endpoint at the same time; in the end all of them know the same ids.

The program `together` of the emulator's package orders through the SDK. Meanwhile the official clients upload and list
certificates, look at the orders that the SDK placed, and order themselves.
"""

import json
import os
import subprocess
import sys
import threading
import time

import material
from clients import Key, tea
from endpoint import Endpoint
from session import require

ORDERS = 6
# At least; the uploads go on while the SDK orders.
UPLOADS = 20
PAUSE_SECONDS = 0.02
# More than there can be.
PAGE = 1000
KEY = Key("testid", "testsecret")
OLD, NEW = "aliyun-cas-2018-07-13", "aliyun-cas-2020-04-07"
PRODUCT = "digicert-free-1-free"
PERSON = {"Email": "ops@example.com", "Phone": "13800000000", "Username": "张三"}
# How often the calls of one must be followed by one of the other in the endpoint's log.
CHANGES = 4


class Rust:
    """The program that uses the SDK."""

    def __init__(self, url):
        command = [os.environ["CONFORMANCE_RUST_PROGRAM"], url, str(ORDERS)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        require(self.read() == {"ready": True}, "the program is not ready")
        self.orders = []
        self.collector = threading.Thread(target=self.collect, daemon=True)

    def is_ordering(self):
        return self.collector.is_alive()

    def read(self):
        line = self.process.stdout.readline()
        require(line, "the program has ended too early")
        return json.loads(line)

    def tell(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def collect(self):
        """Lets it order, and takes its orders in as they come."""
        self.tell()
        while len(self.orders) < ORDERS:
            self.orders.append(self.read())


class Official:
    """The official clients of both versions."""

    def __init__(self, url):
        self.old = tea.Tea("alibabacloud-cas20180713", url, KEY, None)
        self.new = tea.Tea("alibabacloud-cas20200407", url, KEY, None)
        self.requests = set()
        self.uploaded = []

    def call(self, client, action, **parameters):
        answer = client.call(action, parameters)
        self.requests.add(answer["RequestId"])
        return answer

    def work(self, rust, log):
        certificate, key = material.self_signed("python.example.com")
        while rust.is_ordering() or len(self.uploaded) < UPLOADS:
            name = f"python {len(self.uploaded)}"
            answer = self.call(self.old, "CreateUserCertificate", Name=name, Cert=certificate, Key=key)
            self.uploaded.append(str(answer["CertId"]))
            require(set(self.uploaded) <= self.listed(), "an upload is not listed")
            for order in rust.orders[-1:]:
                self.look(order)
            log.read()
            time.sleep(PAUSE_SECONDS)

    def look(self, order):
        """Both see the same certificate of an order that the SDK placed."""
        answer = self.call(self.new, "DescribeCertificateState", OrderId=int(order["order"]))
        same = (answer["Type"], answer["CertId"]) == ("certificate", order["certificate"])
        require(same, "the official client sees another certificate of the SDK's order")

    def order(self):
        wanted = {"Domain": "python.example.com", "ValidateType": "DNS", "ProductCode": PRODUCT}
        return str(self.call(self.new, "CreateCertificateRequest", **wanted, **PERSON)["OrderId"])

    def listed(self):
        answer = self.call(self.old, "DescribeUserCertificateList", CurrentPage=1, ShowSize=PAGE)
        return {str(item["id"]) for item in answer["CertificateList"]}


class Log:
    """The endpoint's requests; it forgets the oldest ones itself."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.requests = {}

    def read(self):
        latest = self.endpoint.state()["requests"]["latest"]
        self.requests.update({entry["number"]: entry["request_id"] for entry in latest})

    def changes(self, own):
        """How often the owner changes from one request to the next."""
        owners = [self.requests[number] in own for number in sorted(self.requests)]
        return sum(one != other for one, other in zip(owners, owners[1:]))


def main():
    endpoint = Endpoint(sys.argv[1])
    endpoint.reset()
    log, rust, official = Log(endpoint), Rust(endpoint.url), Official(endpoint.url)
    rust.collector.start()
    own_order = official.order()
    official.work(rust, log)
    require(len(rust.orders) == ORDERS, f"the SDK has placed {len(rust.orders)} of {ORDERS} orders")
    for order in rust.orders:
        official.look(order)
    count = log.changes(official.requests)
    rust.tell()
    by_rust = set(rust.read()["listed"])
    require(rust.process.wait(timeout=30) == 0, "the program has failed")

    services = endpoint.services()
    orders = {str(order["id"]) for order in services[NEW]["orders"]["latest"]}
    require(orders == {own_order} | {order["order"] for order in rust.orders}, "the endpoint has other orders than were placed")
    used = services[NEW]["packages"][PRODUCT]["used"]
    require(used == ORDERS + 1, f"{ORDERS + 1} orders have used {used} certificates")
    held = {str(certificate["id"]) for certificate in services[OLD]["certificates"]["latest"]}
    expected = set(official.uploaded) | {order["certificate"] for order in rust.orders}
    require(held == expected, "the endpoint holds other certificates than were uploaded and issued")
    require(official.listed() == held and by_rust == held, "the clients list other certificates than the endpoint holds")
    require(count >= CHANGES, f"the log changes {count} times from one client to the other: they did not work at the same time")
    uploads = len(official.uploaded)
    print(f"\nat the same time the SDK has placed {ORDERS} orders, and the official clients 1 order and {uploads} uploads")
    print(f"  {len(log.requests)} requests, from one to the other {count} times")
    print(f"  {len(orders)} orders and {len(held)} certificates: all agree on their ids")


if __name__ == "__main__":
    main()
