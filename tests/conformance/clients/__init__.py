"""The official clients, each behind the same small face: a table of its actions, and `call`."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Key:
    """An access key; its secrets are not shown."""

    id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


class Client:
    """What clients have in common that hand out what came."""

    def reads(self, action, response):
        """What the client makes of a response of an action."""
        return response


class Refused(Exception):
    """The service refused a call, as the client tells it."""

    def __init__(self, code, message, request_id):
        # What was signed may hold a private key.
        super().__init__(f"{code}: {str(message).split('string to sign')[0][:200]}")
        self.code = code
        self.request_id = request_id


def query_pairs(parameters):
    """Lists and structures as a query has them, numbered from 1."""
    pairs = {}
    for name, value in parameters.items():
        if isinstance(value, dict):
            pairs.update({f"{name}.{inner}": text for inner, text in query_pairs(value).items()})
        elif isinstance(value, list):
            pairs.update(query_pairs({f"{name}.{number}": item for number, item in enumerate(value, 1)}))
        else:
            pairs[name] = value
    return pairs
