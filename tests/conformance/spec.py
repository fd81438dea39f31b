"""The description that the SDK and the endpoint are made from, as `cloudcert-codegen model` prints it."""

import functools
import json
import os
from pathlib import Path

# Values of single types, for parameters without an example.
VALUES = {"i32": 1, "i64": 1, "f64": 0.5, "boolean": True}
LISTS = ("list", "json-list", "comma-list")
# Types that travel as JSON in one text.
JSON_TEXTS = ("json-text", "json-list", "json-map")


@functools.cache
def apis():
    model = json.loads(Path(os.environ["CONFORMANCE_MODEL"]).read_text(encoding="utf-8"))
    return {api["id"]: api for api in model["apis"]}


def actions(api):
    """The actions of an API version, by name."""
    return {action["name"]: action for action in apis()[api]["actions"]}


def got(api):
    """The actions that may be called by GET."""
    return [name for name, action in actions(api).items() if "GET" in action["methods"]]


def kind(field):
    """The name of a field's type."""
    return parts(field["type"])[0]


def parts(of):
    """The name of a type, and what it is made of."""
    return (of, None) if isinstance(of, str) else next(iter(of.items()))


def on_the_wire(fields, values):
    """Values as a request or response has them: lists with commas and what travels as JSON are texts."""
    kinds = {field["wire"]: field for field in fields}
    wire = {}
    for name, value in values.items():
        field = kinds.get(name)
        if field and kind(field) == "comma-list" and isinstance(value, list):
            value = ",".join(str(item) for item in value)
        elif field and kind(field) in JSON_TEXTS and not isinstance(value, str):
            value = json.dumps(value, ensure_ascii=False)
        elif field and field["defines"]:
            inner = field["defines"]["fields"]
            value = [on_the_wire(inner, item) for item in value] if isinstance(value, list) else on_the_wire(inner, value)
        wire[name] = value
    return wire


def calls(api, action):
    """Requests that must be answered, each with the response that the description has for it, if it has one."""
    examples = [example for example in action["examples"] if example["error"] is None]
    if not examples:
        required = [field for field in action["parameters"] if field["need"] == "required"]
        yield {field["wire"]: sample(apis()[api], field) for field in required}, None
    for example in examples:
        # A request without parameters fits no example, and any of several may be the response.
        certain = bool(example["request"]) or len(examples) == 1
        yield example["request"], example["response"] if certain else None


def sample(api, field):
    """A value that the endpoint takes for a field."""
    return value(api, field["type"], field["defines"]) if field["example"] is None else field["example"]


def value(api, of, defines):
    name, inner = parts(of)
    if name in LISTS:
        return [value(api, inner, defines)]
    if name in ("map", "json-map"):
        return {"name": value(api, inner, defines)}
    if name in ("structure", "json-text"):
        structure = defines or named(api["types"], inner)
        return {field["wire"]: sample(api, field) for field in structure["fields"]}
    if name == "enum":
        return next(iter(named(api["enums"], inner)["values"]))["wire"]
    if name == "id":
        return 1 if named(api["ids"], inner)["base"] == "i64" else "1"
    return VALUES.get(name, "text")


def named(items, name):
    return next(item for item in items if item["name"] == name)


def refusal(api, action):
    """An error that the action can have: the name of its row, and the code that a client tells."""
    rows = {row["name"]: row for row in apis()[api]["errors"]}
    own = [rows[name] for name in action["errors"]]
    common = [row for row in rows.values() if row["scope"] == "common" and row["retry"] == "never"]
    # A client repeats what the server has broken by itself.
    row = next(row for row in own + common if "exact" in row["code"] and max(row["status"]) < 500)
    code, inner = row["code"]["exact"], row["inner_code"]
    return row["name"], f"{code}/{inner}" if inner else code
