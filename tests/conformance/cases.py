"""The official clients, each in each way that it signs and sends, and the flow that it goes through."""

import json
import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import spec
from clients import Key, core, kingsoft, node, tea
from flows import cas2018, cas2020, kcm

ALIYUN = Key("testid", "testsecret")
ALIYUN_TOKEN = Key("testid", "testsecret", "testtoken")
KSYUN = Key("AKLTtestid", "testsecret")
MISMATCH = "SignatureDoesNotMatch"
# What aliyun-python-sdk-core makes of a mismatch if the server's string to sign is its own. Not of a CommonRequest, which does
# not remember the string.
SAME_STRING = "InvalidAccessKeySecret"
NEW = "alibabacloud-cas20200407"


@dataclass
class Case:
    """A client, told how to sign and to send."""

    package: str
    how: str
    flow: object
    key: Key
    # From URL and access key to the client, followed by what calls the actions that it lacks.
    make: object
    mismatch: str = MISMATCH
    unknown_key: str = "InvalidAccessKeyId.NotFound"
    token: Key | None = None
    # From URL and access key to what calls the actions of the flow that the client lacks, without being driven itself.
    helpers: object = lambda url, key: []

    def chain(self, url, key):
        return Chain(self.make(url, key), self.helpers(url, key))


class Chain:
    """Clients of which the first one that has an action calls it."""

    def __init__(self, clients, helpers):
        self.clients = clients
        self.helpers = helpers

    def actions(self):
        """Each action that is to be driven, with what calls it."""
        return {name: by for client in reversed(self.clients) for name, by in client.actions().items()}

    def owner(self, action, parameters):
        """The first client that has the action, with these parameters."""
        clients = (client for client in self.clients + self.helpers if action in client.actions())
        owners = (client.owner(action, parameters) for client in clients)
        return next(owner for owner in owners if owner.takes(action, parameters))

    def helps(self, owner):
        return owner in self.helpers

    def call(self, action, parameters):
        return self.owner(action, parameters).call(action, parameters)


class Only:
    """A client for some of its actions."""

    def __init__(self, client, names):
        self.client = client
        self.names = names
        self.owner = client.owner
        self.typed = client.typed
        self.package = client.package

    def actions(self):
        return {name: by for name, by in self.client.actions().items() if name in self.names}


def names(flow):
    """The actions that the spec describes."""
    return sorted(spec.actions(flow.API))


def by_method(flow, method, make):
    """What makes clients that call by this method what may be called by it, and all else by POST."""

    def made(url, key):
        by_post = make(url, key, "POST")
        if method == "POST":
            return by_post
        return [Only(client, spec.got(flow.API)) for client in make(url, key, method)] + by_post

    return made


def tea_client(package, algorithm=None):
    return lambda url, key: [tea.Tea(package, url, key, algorithm)]


def tea_case(package, flow, how, algorithm):
    return Case(package, how, flow, ALIYUN, tea_client(package, algorithm), token=ALIYUN_TOKEN)


def node_case():
    def make(url, key):
        return [node.Node(url, key)]

    return Case(node.PACKAGE, "ACS3 POST", cas2020, ALIYUN, make, token=ALIYUN_TOKEN, helpers=tea_client(NEW))


def typed_case(method):
    make = by_method(cas2018, method, lambda url, key, method: [core.Typed(url, key, method)])
    return Case(core.Typed.package, f"V1 {method}", cas2018, ALIYUN, make, mismatch=SAME_STRING, token=ALIYUN_TOKEN)


def common_case(flow, method):
    make = by_method(flow, method, lambda url, key, method: [core.Common(url, key, method, flow.VERSION, names(flow))])
    return Case(core.Common.package, f"V1 {method}", flow, ALIYUN, make, token=ALIYUN_TOKEN)


def kingsoft_case(method):
    def clients(url, key, method):
        return [kingsoft.Typed(url, key, method), kingsoft.Common(url, key, method, names(kcm))]

    make = by_method(kcm, method, clients)
    # This client has a token in its credential, but does not send it.
    return Case(kingsoft.Kingsoft.package, f"AWS4 {method}", kcm, KSYUN, make, unknown_key="InvalidClientTokenId")


def cases():
    for package, flow in [(NEW, cas2020), ("alibabacloud-cas20180713", cas2018)]:
        yield tea_case(package, flow, "ACS3 POST", None)
        yield tea_case(package, flow, "V1 POST", "v2")
    yield node_case()
    for method in ("GET", "POST"):
        yield typed_case(method)
        yield common_case(cas2020, method)
        yield common_case(cas2018, method)
        yield kingsoft_case(method)


def installed(package):
    """The version of a client that is driven."""
    if package != node.PACKAGE:
        return version(package)
    described = Path(os.environ["CONFORMANCE_NODE_MODULES"], package, "package.json")
    return json.loads(described.read_text(encoding="utf-8"))["version"]
