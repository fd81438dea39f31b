"""Drives each official client through each action that it has, and prints what came of it."""

import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path

import described
import gateway
from cases import ALIYUN, KSYUN, cases, installed, names
from clients import Key
from counts import Counts
from endpoint import Endpoint
from session import Session
from tap import Tap

HERE = Path(__file__).resolve().parent
WRONG = "another secret"


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


class Driver:
    """Drives clients at one endpoint."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.tap = Tap(endpoint.url)
        self.counts = Counts()

    def run(self, case, rows):
        """The flow with each kind of key, and between them each call of it once more with wrong keys."""
        chain = case.chain(self.tap.url, case.key)
        self.counts.meet(chain.clients, case.flow.API)
        actions = chain.actions()
        for name in names(case.flow):
            if name in actions:
                rows[name] = Row(actions[name], token=0 if case.token else None)
        session = self.flow(case, case.key)
        for name, row in rows.items():
            row.answered = session.answered.get(name, 0)
            row.refusals = session.refusals.get(name, [])
        for name, row in rows.items():
            if name in session.latest:
                self.strange(case, name, session.latest[name])
                row.mismatch = case.mismatch
        if case.token:
            session = self.flow(case, case.token)
            for name, row in rows.items():
                row.token = session.answered.get(name, 0)

    def flow(self, case, key):
        self.endpoint.reset()
        session = self.session(case, key)
        case.flow.flow(session)
        described.drive(session, case.flow.API)
        return session

    def session(self, case, key):
        return Session(case.chain(self.tap.url, key), self.endpoint, self.tap, self.counts)

    def strange(self, case, name, parameters):
        """Makes a call again with keys that are not right."""
        keys = [(Key(case.key.id, WRONG), case.mismatch), (Key("nobody", WRONG), case.unknown_key)]
        if case.token:
            keys.append((Key(case.key.id, case.key.secret, "another token"), "InvalidSecurityToken.Malformed"))
        for key, code in keys:
            self.session(case, key).refused(code, name, **parameters)


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
    print(f"\n{case.package} {installed(case.package)} ({case.how}) at {case.flow.API}")
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
    driver = Driver(endpoint)
    results = []
    for case in cases():
        rows, failure = {}, None
        try:
            driver.run(case, rows)
        except Exception as error:  # Whatever it is: the other clients are driven all the same.
            failure = error
        results.append(show(case, rows, failure))
        sys.stdout.flush()
    print("\nthe gateway, whatever the action")
    gate = [check(holds, endpoint) for holds in gateway.CHECKS]
    whole = driver.counts.show()
    print(f"\n{results.count(True)} of {len(results)} clients are answered as they should be")
    sys.exit(0 if all(results + gate) and whole else 1)


if __name__ == "__main__":
    main()
