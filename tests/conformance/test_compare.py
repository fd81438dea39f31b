"""What the comparison finds: one that found nothing would prove nothing."""

import pytest

from clients import Client, Models
from compare import Comparison, Different, Reading

ID = 2**53 + 1
ROUNDED = 2**53
SENT = {"Id": ID, "Count": 2, "Flag": True, "Items": [{"Name": "one"}], "Note": None}


class Strict(Models):
    """A client that knows all but one of the fields."""

    fills_lists = True

    def fields(self, model):
        return {"ListResponseBody": ["id", "count", "flag", "items", "note"], "ListResponseBodyItems": ["name"]}.get(model)


class Converting(Client):
    converts = True


def reading(client, sent, read):
    found = Reading()
    Comparison(client, "List", found).check(sent, read)
    return found


def test_what_was_read_as_it_was_sent_is_the_same():
    found = reading(Strict(), SENT, {name: value for name, value in SENT.items() if name != "Note"} | {"Absent": []})
    assert (found.fields, found.rounded, found.converted, found.unread) == (4, set(), set(), set())


@pytest.mark.parametrize(
    "change",
    [{"Count": 3}, {"Count": "2"}, {"Count": 2.0}, {"Flag": 1}, {"Id": ROUNDED}, {"Items": []}, {"Items": [{"Name": "two"}]}, {"Items": [{}]}]
    + [{"Absent": None}, {"Absent": ""}, {"Items": {}}],
)
def test_what_was_read_otherwise_is_found(change):
    with pytest.raises(Different):
        reading(Strict(), SENT, SENT | change)


def test_what_a_client_knows_may_not_be_lost_and_what_it_does_not_know_is_listed():
    with pytest.raises(Different):
        reading(Strict(), {"Count": 2}, {})
    assert reading(Strict(), {"Other": 2}, {}).unread == {"List.Other"}


def test_a_client_that_converts_may_do_only_that():
    found = reading(Converting(), {"Id": ID, "Text": str(ID), "Count": "2"}, {"Id": ROUNDED, "Text": ROUNDED, "Count": 2})
    assert (found.rounded, found.converted) == ({"List.Id", "List.Text"}, {"List.Count"})
    for sent, read in [("2", 3), (ID, 2**53 + 4), (2, True), ("no", 0), (None, 0)]:
        with pytest.raises(Different):
            reading(Converting(), {"Value": sent}, {"Value": read})
