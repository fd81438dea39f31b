"""One client with one access key at work: each call is noted and checked against the endpoint's own log."""

from clients import Refused


class Unexpected(Exception):
    """A call went otherwise than it should."""


def require(holds, text):
    if not holds:
        raise Unexpected(text)


class Session:
    def __init__(self, client, endpoint):
        self.client = client
        self.endpoint = endpoint
        self.answered = {}
        self.refusals = {}
        # The parameters of the latest call of each action that was answered.
        self.latest = {}

    def call(self, action, **parameters):
        """Calls an action that must be answered."""
        try:
            answer = self.client.call(action, parameters)
        except Refused as refused:
            raise Unexpected(f"{action} was refused: {refused}") from None
        entry = self.logged(action, answer.get("RequestId"))
        require(entry["executed"], f"{action} was answered but not executed: the endpoint does not play it")
        return self.note(action, parameters, answer)

    def described(self, action, **parameters):
        """Calls an action that must be answered from its description."""
        before = self.endpoint.services()
        try:
            answer = self.client.call(action, parameters)
        except Refused as refused:
            raise Unexpected(f"{action} was refused: {refused}") from None
        entry = self.logged(action, answer.get("RequestId"))
        require(entry["described"], f"the endpoint plays {action}: a flow must drive it")
        require(self.endpoint.services() == before, f"{action} was answered from its description but has changed something")
        return self.note(action, parameters, answer)

    def note(self, action, parameters, answer):
        self.answered[action] = self.answered.get(action, 0) + 1
        self.latest[action] = parameters
        return answer

    def refused(self, code, action, **parameters):
        """Calls an action that must be refused with this code."""
        before = self.endpoint.services()
        try:
            self.client.call(action, parameters)
        except Refused as refused:
            require(refused.code == code, f"{action} must be refused with {code}, not with {refused}")
            entry = self.logged(action, refused.request_id)
            require(not entry["executed"], f"{action} was refused with {code} but executed")
        else:
            raise Unexpected(f"{action} must be refused with {code}, but was answered")
        require(self.endpoint.services() == before, f"{action} was refused with {code} but has changed something")
        self.refusals.setdefault(action, []).append(code)

    def logged(self, action, request_id):
        """The endpoint's entry of the call that was just made."""
        entry = self.endpoint.state()["requests"]["latest"][-1]
        require(request_id, f"{action} has brought no request id")
        logged = (entry["action"], entry["request_id"])
        require(logged == (action, request_id), f"{action} has brought the request id {request_id}, the log has {logged}")
        return entry
