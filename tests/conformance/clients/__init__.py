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

    # The name under which it is installed.
    package = None
    # Whether it has actions of its own, and not only a call for whatever action.
    typed = False
    # Whether its models make texts of numbers, or numbers of texts.
    converts = False
    # Whether its models have an empty list in the place of an absent one.
    fills_lists = False

    def owner(self, action, parameters):
        """What calls an action: this client, or one of those that it is made of."""
        return self

    def helps(self, owner):
        """Whether an owner only does what the client that is driven cannot."""
        return False

    def takes(self, action, parameters):
        """Whether the action has these parameters in this client."""
        return True

    def knows(self, action, path):
        """Whether its models of a response have the field at a path of names."""
        return True


class Models(Client):
    """What clients have in common that read responses into models, which are named after the fields that lead to them."""

    typed = True

    def fields(self, model):
        """The names of a model's fields, or nothing if there is no such model."""
        raise NotImplementedError

    def takes(self, action, parameters):
        fields = self.fields(f"{action}Request")
        return fields is None or {plain(name) for name in parameters} <= set(map(plain, fields))

    def knows(self, action, path):
        *outer, name = path
        fields = self.fields(f"{action}ResponseBody{''.join(outer)}")
        # Without a model it is a map, which has whatever came.
        return fields is None or plain(name) in map(plain, fields)


def plain(name):
    """A name without what is written differently from language to language."""
    return name.replace("_", "").replace("-", "").lower()


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
