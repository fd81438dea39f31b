"""What each client has, what of it was called, and what of that was compared: counted from the clients and the description."""

from dataclasses import dataclass, field

import spec
from compare import Reading


@dataclass
class Count:
    """Of one client, over all ways in which it is driven."""

    api: str
    has: set = field(default_factory=set)
    called: set = field(default_factory=set)
    compared: set = field(default_factory=set)
    reading: Reading = field(default_factory=Reading)

    def lacking(self):
        """What nobody has called, or nobody has compared."""
        return sorted((self.has - self.called) | (self.called - self.compared))


class Counts:
    def __init__(self):
        self.counts = {}

    def meet(self, clients, api):
        """Takes in what clients have."""
        for client in clients:
            if client.typed:
                self.counts.setdefault(client.package, Count(api)).has.update(client.actions())

    def of(self, client):
        """The count of a client that has actions of its own."""
        return self.counts.get(client.package) if client.typed else None

    def show(self):
        """Prints the counts, and says whether each action that a client has was called and compared."""
        line = "  {:<28}{:>12}{:>5}{:>8}{:>10}{:>8}{:>8}"
        print("\nwhat the clients have, and what of it was driven")
        print(line.format("client", "of the model", "has", "called", "compared", "values", "unread"))
        for package, count in self.counts.items():
            numbers = [len(spec.actions(count.api)), len(count.has), len(count.called), len(count.compared)]
            print(line.format(package, *numbers, count.reading.fields, len(count.reading.unread)))
        for package, count in self.counts.items():
            known(package, "rounds, as is known of it", count.reading.rounded)
            known(package, "makes a number of a text, or a text of a number", count.reading.converted)
            known(package, "does not have in its models", count.reading.unread)
        lacking = {package: count.lacking() for package, count in self.counts.items() if count.lacking()}
        for package, names in lacking.items():
            print(f"  FAILED: {package} has, but nobody has called or compared: {', '.join(names)}")
        return not lacking


def known(package, what, places):
    if places:
        print(f"  {package} {what}: {', '.join(sorted(places))}")
