"""One client with one access key at work: each call is noted and checked against the endpoint's own log.

What the client has read of a response is compared with what was sent.
"""

from clients import Refused
from compare import Comparison, Reading


class Unexpected(Exception):
    """A call went otherwise than it should."""


def require(holds, text):
    if not holds:
        raise Unexpected(text)


class Session:
    def __init__(self, client, endpoint, tap=None, counts=None):
        self.client = client
        self.endpoint = endpoint
        self.tap = tap
        self.counts = counts
        self.answered = {}
        self.refusals = {}
        # The parameters of the latest call of each action that was answered.
        self.latest = {}

    def call(self, action, **parameters):
        """Calls an action that must be answered."""
        answer = self.answered_by_client(action, parameters)
        _, entry = self.logged(action, answer.get("RequestId"))
        require(entry["executed"], f"{action} was answered but not executed: the endpoint does not play it")
        return self.note(action, parameters, answer)

    def described(self, action, **parameters):
        """Calls an action that must be answered from its description."""
        before = self.endpoint.services()
        answer = self.answered_by_client(action, parameters)
        after, entry = self.logged(action, answer.get("RequestId"))
        require(entry["described"], f"the endpoint plays {action}: a flow must drive it")
        require(after == before, f"{action} was answered from its description but has changed something")
        return self.note(action, parameters, answer)

    def answered_by_client(self, action, parameters):
        try:
            return self.client.call(action, parameters)
        except Refused as refused:
            raise Unexpected(f"{action} was refused: {refused}") from None

    def note(self, action, parameters, answer):
        """Compares, counts, and returns what was sent: what the client has read, but with the ids that it has rounded."""
        owner = self.client.owner(action, parameters)
        count = self.counts.of(owner)
        sent = self.tap.sent()
        Comparison(owner, action, count.reading if count else Reading()).check(sent, answer)
        if count:
            count.called.add(action)
            count.compared.add(action)
        if not self.client.helps(owner):
            self.answered[action] = self.answered.get(action, 0) + 1
            self.latest[action] = parameters
        return sent

    def refused(self, code, action, **parameters):
        """Calls an action that must be refused with this code."""
        before = self.endpoint.services()
        try:
            self.client.call(action, parameters)
        except Refused as refused:
            require(refused.code == code, f"{action} must be refused with {code}, not with {refused}")
            after, entry = self.logged(action, refused.request_id)
            require(not entry["executed"], f"{action} was refused with {code} but executed")
        else:
            raise Unexpected(f"{action} must be refused with {code}, but was answered")
        require(after == before, f"{action} was refused with {code} but has changed something")
        if not self.client.helps(self.client.owner(action, parameters)):
            self.refusals.setdefault(action, []).append(code)

    def logged(self, action, request_id):
        """What the services hold after the call that was just made, and the endpoint's entry of it."""
        services, entry = self.endpoint.look()
        require(request_id, f"{action} has brought no request id")
        logged = (entry["action"], entry["request_id"])
        require(logged == (action, request_id), f"{action} has brought the request id {request_id}, the log has {logged}")
        return services, entry
