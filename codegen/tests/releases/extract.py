#!/usr/bin/env python3
"""Takes facts out of the source archives of a vendor's Python package: which actions, parameters and response fields each release has,
and which its ChangeLog.md says came or went. The tests of the diff read what this writes, so they need neither archives nor a network.

    pip download --no-deps --no-binary :all: -d ARCHIVES alibabacloud-cas20200407==3.5.2    # and the other releases
    codegen/tests/releases/extract.py ARCHIVES codegen/tests/data/releases

models.tsv     release, + or -, action, side (action, request, response), path, type, required; each release less the one before
changelog.tsv  release, + or -, action, side, path
"""

import ast
import re
import sys
import tarfile
from pathlib import Path

PACKAGE = "alibabacloud_cas20200407"


def main(archives, out):
    releases = sorted(
        (tuple(int(n) for n in re.search(r"-(\d+(?:\.\d+)*)\.tar\.gz$", path.name).group(1).split(".")), path)
        for path in Path(archives).glob(PACKAGE + "-*.tar.gz")
    )
    models, notes, before = [], {}, set()
    for version, path in releases:
        name = ".".join(map(str, version))
        sources, changelog = read(path)
        rows = facts(sources)
        models += [(name, "-", *row) for row in sorted(before - rows)] + [(name, "+", *row) for row in sorted(rows - before)]
        before = rows
        for release, entries in said(changelog).items():
            # A later archive says more about an earlier release than its own, which often has no file yet.
            notes.setdefault(release, set()).update(entries)
    known = {".".join(map(str, version)) for version, _ in releases}
    write(Path(out) / "models.tsv", models)
    write(Path(out) / "changelog.tsv", [(name, *row) for name in sorted(known & set(notes), key=number) for row in sorted(notes[name])])


def number(version):
    return tuple(map(int, version.split(".")))


def write(path, rows):
    path.write_text("".join("\t".join(row) + "\n" for row in rows))


def read(path):
    """The Python sources of the models, and the changelog."""
    sources, changelog = [], ""
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            parts = member.name.split("/")[1:]
            if not member.isfile():
                continue
            if parts == ["ChangeLog.md"]:
                changelog = archive.extractfile(member).read().decode()
            elif parts[0] == PACKAGE and parts[-1].endswith(".py") and "models" in "/".join(parts[1:]):
                sources.append(archive.extractfile(member).read().decode())
    return sources, changelog


def facts(sources):
    """All actions with their parameters and fields, one row each."""
    classes = {}
    for source in sources:
        lines = source.splitlines()
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                classes[node.name] = members(node, lines)
    rows = set()
    actions = {name.removesuffix("ResponseBody") for name in classes if name.endswith("ResponseBody")}
    for action in actions:
        rows.add((action, "action", "", "", ""))
        for side, name in (("request", action + "Request"), ("response", action + "ResponseBody")):
            walk(classes, name, action, side, (), rows)
    return rows


def members(node, lines):
    """Attribute to wire name, annotation, and whether the comment above it says that it is required."""
    methods = {f.name: f for f in node.body if isinstance(f, ast.FunctionDef)}
    if "__init__" not in methods or "to_map" not in methods:
        return {}
    wires = {}
    for statement in ast.walk(methods["to_map"]):
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
            key = statement.targets[0].slice
            for part in ast.walk(statement.value):
                if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self":
                    wires[part.attr] = key.value
            # A list is filled item by item.
            if isinstance(statement.value, ast.List):
                continue
    for branch in ast.walk(methods["to_map"]):
        if isinstance(branch, (ast.If, ast.Assign)):
            text = "\n".join(lines[branch.lineno - 1 : branch.end_lineno])
            filled = re.search(r"result\['([^']+)'\] = \[\]", text)
            looped = re.search(r"for \w+ in self\.(\w+)", text)
            if isinstance(branch, ast.Assign) and filled:
                rest = "\n".join(lines[branch.lineno : branch.lineno + 3])
                looped = re.search(r"self\.(\w+)", rest)
                if looped:
                    wires.setdefault(looped.group(1), filled.group(1))
    required, comment = set(), []
    for statement in methods["__init__"].body:
        above = statement.lineno - 2
        comment = []
        while above >= 0 and lines[above].strip().startswith("#"):
            comment.append(lines[above])
            above -= 1
        if isinstance(statement, ast.Assign) and "This parameter is required." in "\n".join(comment):
            required.add(statement.targets[0].attr)
    arguments = methods["__init__"].args.args[1:]
    return {
        a.arg: (wires.get(a.arg), ast.unparse(a.annotation) if a.annotation else "", a.arg in required) for a in arguments
    }


def walk(classes, name, action, side, path, rows):
    for wire, annotation, required in classes.get(name, {}).values():
        if wire is None or (side == "response" and not path and wire == "RequestId"):
            continue
        kind, inner = annotation_kind(annotation, classes)
        here = (*path, wire)
        rows.add((action, side, ".".join(here), kind, "required" if required and side == "request" else ""))
        if inner and len(path) < 8:
            walk(classes, inner, action, side, here, rows)


def annotation_kind(annotation, classes):
    plain = annotation.replace("main_models.", "").strip("'\"")
    listed = re.fullmatch(r"List\[(.*)\]", plain)
    if listed:
        kind, inner = annotation_kind(listed.group(1), classes)
        return f"list of {kind}", inner
    if plain in classes:
        return "object", plain
    return {"int": "i64", "bool": "boolean", "str": "string"}.get(plain, "string"), None


def said(changelog):
    """Release to what its entry says; names of items only."""
    out, release = {}, None
    for line in changelog.splitlines():
        head = re.match(r"\d{4}-\d{2}-\d{2} Version: ([\d.]+)", line)
        if head:
            release = head.group(1)
            continue
        if release is None:
            continue
        whole = re.match(r"- (Support|Delete) API (\w+)\.", line)
        part = re.match(r"- Update API (\w+): (add|delete) (request|response) parameters? ([\w.$-]+?)\.?$", line)
        if whole:
            sign = "+" if whole.group(1) == "Support" else "-"
            out.setdefault(release, set()).add((sign, whole.group(2), "action", ""))
        elif part:
            action, verb, side, path = part.groups()
            names = [name for name in path.split(".") if name != "$"]
            names = names[1:] if side == "response" and names and names[0] == "Body" else names
            out.setdefault(release, set()).add(("+" if verb == "add" else "-", action, side, ".".join(names)))
    return out


if __name__ == "__main__":
    main(*sys.argv[1:])
