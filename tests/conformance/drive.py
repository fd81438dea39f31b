"""Drives each official client through each action that it has, and prints what came of it."""

import sys
import traceback
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import described
import gateway
import spec
from clients import Key, core, kingsoft, tea
from endpoint import Endpoint
from flows import cas2018, cas2020, kcm
from session import Session

HERE = Path(__file__).resolve().parent
ALIYUN = Key("testid", "testsecret")
ALIYUN_TOKEN = Key("testid", "testsecret", "testtoken")
KSYUN = Key("AKLTtestid", "testsecret")
WRONG = "another secret"
MISMATCH = "SignatureDoesNotMatch"
# What aliyun-python-sdk-core makes of a mismatch if the server's string to sign is its own. Not of a CommonRequest, which does
# not remember the string.
SAME_STRING = "InvalidAccessKeySecret"


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


@dataclass
class Row:
    """What came of one action."""

    by: str
    answered: int = 0
    token: int | None = None
    refusals: list = field(default_factory=list)
    mismatch: str | None = None

    def is_whole(self):
        return self.answered > 0 and self.token != 0 and bool(self.refusals) and self.mismatch is not None


class Chain:
    """Clients of which the first one that has an action calls it."""

    def __init__(self, clients):
        self.clients = clients

    def actions(self):
        """Each action with what calls it."""
        return {name: by for client in reversed(self.clients) for name, by in client.actions().items()}

    def call(self, action, parameters):
        return self.client(action).call(action, parameters)

    def reads(self, action, response):
        return self.client(action).reads(action, response)

    def client(self, action):
        return next(client for client in self.clients if action in client.actions())


class Only:
    """A client for some of its actions."""

    def __init__(self, client, names):
        self.client = client
        self.names = names
        self.call = client.call
        self.reads = client.reads

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


def tea_case(package, flow, how, algorithm):
    def make(url, key):
        return [tea.Tea(package.replace("-", "_"), url, key, algorithm)]

    return Case(package, how, flow, ALIYUN, make, token=ALIYUN_TOKEN)


def typed_case(method):
    make = by_method(cas2018, method, lambda url, key, method: [core.Typed(url, key, method)])
    return Case("aliyun-python-sdk-cas", f"V1 {method}", cas2018, ALIYUN, make, mismatch=SAME_STRING, token=ALIYUN_TOKEN)


def common_case(flow, method):
    make = by_method(flow, method, lambda url, key, method: [core.Common(url, key, method, flow.VERSION, names(flow))])
    return Case("aliyun-python-sdk-core", f"V1 {method}", flow, ALIYUN, make, token=ALIYUN_TOKEN)


def kingsoft_case(method):
    def clients(url, key, method):
        return [kingsoft.Typed(url, key, method), kingsoft.Common(url, key, method, names(kcm))]

    make = by_method(kcm, method, clients)
    # This client has a token in its credential, but does not send it.
    return Case("kingsoftcloud-sdk-python", f"AWS4 {method}", kcm, KSYUN, make, unknown_key="InvalidClientTokenId")


def cases():
    for package, flow in [("alibabacloud-cas20200407", cas2020), ("alibabacloud-cas20180713", cas2018)]:
        yield tea_case(package, flow, "ACS3 POST", None)
        yield tea_case(package, flow, "V1 POST", "v2")
    for method in ("GET", "POST"):
        yield typed_case(method)
        yield common_case(cas2020, method)
        yield common_case(cas2018, method)
        yield kingsoft_case(method)


def run(case, endpoint, rows):
    """The flow with each kind of key, and between them each call of it once more with wrong keys."""
    actions = Chain(case.make(endpoint.url, case.key)).actions()
    for name in names(case.flow):
        if name in actions:
            rows[name] = Row(actions[name], token=0 if case.token else None)
    session = flow(case, endpoint, case.key)
    for name, row in rows.items():
        row.answered = session.answered.get(name, 0)
        row.refusals = session.refusals.get(name, [])
    for name, parameters in session.latest.items():
        strange(case, session, Key(case.key.id, WRONG), case.mismatch, name, parameters)
        rows[name].mismatch = case.mismatch
        strange(case, session, Key("nobody", WRONG), case.unknown_key, name, parameters)
        if case.token:
            false = Key(case.key.id, case.key.secret, "another token")
            strange(case, session, false, "InvalidSecurityToken.Malformed", name, parameters)
    if case.token:
        session = flow(case, endpoint, case.token)
        for name, row in rows.items():
            row.token = session.answered.get(name, 0)


def flow(case, endpoint, key):
    endpoint.reset()
    session = Session(Chain(case.make(endpoint.url, key)), endpoint)
    case.flow.flow(session)
    described.drive(session, case.flow.API)
    return session


def strange(case, session, key, code, name, parameters):
    """Makes a call again with a key that is not right."""
    Session(Chain(case.make(session.endpoint.url, key)), session.endpoint).refused(code, name, **parameters)


def check(holds, endpoint):
    """One of the checks of the gateway."""
    endpoint.reset()
    try:
        holds(endpoint, ALIYUN, KSYUN)
    except Exception as error:
        print(f"  {holds.__name__}: FAILED: {told(error)}")
        return False
    print(f"  {holds.__name__}: as it should be")
    return True


def told(error):
    return f"{type(error).__name__}: {str(error)[:400]}\n    {place(error)}"


def place(error):
    """Where in these programs it happened."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(HERE)]
    return " < ".join(f"{Path(frame.filename).relative_to(HERE)}:{frame.lineno}" for frame in reversed(frames))


def show(case, rows, failure):
    print(f"\n{case.package} {version(case.package)} ({case.how}) at {case.flow.API}")
    helped = [name for name, row in rows.items() if row.by in ("CommonClient", "CommonRequest")]
    if helped and len(helped) < len(rows):
        print(f"  not among its methods, so called by its {rows[helped[0]].by}: {', '.join(helped)}")
    absent = [name for name in names(case.flow) if name not in rows]
    if absent:
        print(f"  not in this client: {', '.join(absent)}")
    line = "  {:<32}{:>9}{:>7}  {:<24}{}"
    print(line.format("action", "answered", "token", "wrong secret", "refused"))
    for name, row in rows.items():
        token = "-" if row.token is None else row.token
        codes = ", ".join(dict.fromkeys(row.refusals))
        print(line.format(name, row.answered, token, row.mismatch or "", codes))
    incomplete = [name for name, row in rows.items() if not row.is_whole()]
    if failure:
        print(f"  FAILED: {told(failure)}")
    elif incomplete:
        print(f"  FAILED: not driven in each way: {', '.join(incomplete)}")
    return not failure and not incomplete


def main():
    endpoint = Endpoint(sys.argv[1])
    results = []
    for case in cases():
        rows, failure = {}, None
        try:
            run(case, endpoint, rows)
        except Exception as error:  # Whatever it is: the other clients are driven all the same.
            failure = error
        results.append(show(case, rows, failure))
        sys.stdout.flush()
    print("\nthe gateway, whatever the action")
    gate = [check(holds, endpoint) for holds in gateway.CHECKS]
    print(f"\n{results.count(True)} of {len(results)} clients are answered as they should be")
    sys.exit(0 if all(results + gate) else 1)


if __name__ == "__main__":
    main()
