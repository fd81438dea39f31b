"""Whether a client has read a response as it came: field by field, nothing lost, nothing added."""

from dataclasses import dataclass, field

# From here on a double does not hold every whole number.
EXACT = 2**53


class Different(Exception):
    """A client has read something else than what was sent."""


@dataclass
class Reading:
    """What came of comparing responses, by the paths of their fields."""

    # How many values were the same.
    fields: int = 0
    # What the client's models do not have.
    unread: set = field(default_factory=set)
    # Numbers that the client has made texts of, or the other way round, because its models say so.
    converted: set = field(default_factory=set)
    # Whole numbers that the client has rounded.
    rounded: set = field(default_factory=set)


class Comparison:
    """One response of one action."""

    def __init__(self, client, action, reading):
        self.client = client
        self.action = action
        self.reading = reading

    def check(self, sent, read, path=()):
        """Compares a structure of the response with what the client has made of it."""
        if not isinstance(read, dict):
            raise Different(f"{self.place(path)} is a structure, and was read as a {type(read).__name__}")
        for name, value in sent.items():
            inner = (*path, name)
            if name in read:
                self.value(value, read[name], inner)
            elif value is None:
                # The client has no value either.
                continue
            elif self.client.knows(self.action, inner):
                raise Different(f"{self.place(inner)} was sent, and the client, which knows it, has lost it")
            else:
                self.reading.unread.add(self.place(inner))
        for name in read.keys() - sent.keys():
            # The models of some clients have an empty list in the place of an absent one.
            if read[name] != [] or not self.client.fills_lists:
                raise Different(f"{self.place((*path, name))} was not sent, and the client has it")

    def value(self, sent, read, path):
        if isinstance(sent, dict):
            self.check(sent, read, path)
        elif isinstance(sent, list):
            if not isinstance(read, list) or len(read) != len(sent):
                raise Different(f"{self.place(path)} has {len(sent)} items, and was read otherwise")
            for one, other in zip(sent, read):
                self.value(one, other, path)
        else:
            self.single(sent, read, path)

    def single(self, sent, read, path):
        self.reading.fields += 1
        if type(sent) is type(read) and sent == read:
            return
        if not self.client.converts:
            types = f"sent as {type(sent).__name__}, read as {type(read).__name__}"
            raise Different(f"{self.place(path)} was read as something else ({types})")
        if is_rounded(sent, read):
            self.reading.rounded.add(self.place(path))
        elif isinstance(sent, bool) == isinstance(read, bool) and str(sent) == str(read):
            self.reading.converted.add(self.place(path))
        else:
            raise Different(f"{self.place(path)} was read as something else")

    def place(self, path):
        return ".".join((self.action, *path))


def is_rounded(sent, read):
    """Whether a whole number, or what is one in a text, was read as the nearest double."""
    if isinstance(sent, str):
        sent = int(sent) if sent.isdecimal() else 0
    return isinstance(sent, int) and sent > EXACT and isinstance(read, int) and float(sent) == float(read)
