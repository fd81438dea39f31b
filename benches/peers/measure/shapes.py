"""The same made-up API of so many actions in our language and in OpenAPI.

An action has five parameters and a response of eight fields; four actions share a structure, which is one of the eight.
"""

import json

PARAMETERS = 5
FIELDS = ["string", "i32", "boolean", "string", "i64", "string", "i32"]
OPENAPI = {
    "string": {"type": "string"},
    "i32": {"type": "integer", "format": "int32"},
    "i64": {"type": "integer", "format": "int64"},
    "boolean": {"type": "boolean"},
}
EXAMPLES = {"string": "text", "i32": "1"}
SHARED = {"Name": "string", "Place": "string", "Count": "i32", "Id": "i64"}
TITLE, ABOUT = "Orders a certificate", "Orders a certificate and waits for nothing."

SERVICE = """spec: 2
api:
  provider: acme
  service: ca
  version: "2026-01-01"
  title: Certificates
  title_zh: 证书
  doc: Made up.
  doc_zh: 虚构。
sources:
  M: {kind: document, title: Manual, version: "1"}
protocol:
  family: ksyun-query
  signatures: [aws4]
  xml_lists: item
  envelope: never
  error_style: nested
  time_stamps: compact
endpoints:
  default_region: north
  hosts:
    - {region: north, host: ca.example.com}
  unknown_region: refuse
errors:
  gone:
    code: Gone
    status: [410]
    scope: common
    meaning: No longer there.
    meaning_zh: 已不存在。
    cause: It was deleted.
    cause_zh: 已被删除。
    remedy: Ask for another.
    remedy_zh: 请询问其他。
    retry: never
types:
"""


def parameters():
    """Name, type, and whether it is required."""
    return [(f"Param{number}", "string" if number % 2 == 0 else "i32", number < 2) for number in range(PARAMETERS)]


def ours(folder, actions):
    """Writes the description in our language, as maintainers do: a file for each action."""
    version = folder / "acme-ca-2026-01-01"
    version.mkdir(parents=True)
    service = [SERVICE]
    for number in range(0, actions, 4):
        service.append(f"  Shared{number:05}:\n    doc: A shared structure.\n    doc_zh: 共用结构。\n    fields:\n")
        for name, kind in SHARED.items():
            service.append(f"      {name}:\n        type: {kind}\n        doc: A member of it.\n        doc_zh: 其中一项。\n")
    (version / "service.yaml").write_text("".join(service))
    for number in range(actions):
        lines = [
            f"action: Order{number:05}",
            f"title: {TITLE}",
            "title_zh: 申请证书",
            f"doc: {ABOUT}",
            "doc_zh: 申请证书，不等待任何结果。",
            "effect: read",
            "methods: [POST]",
            "parameters:",
        ]
        for name, kind, required in parameters():
            lines += [f"  {name}:", f"    type: {kind}", *(["    required: true"] if required else [])]
            lines += ["    doc: A parameter of the call.", "    doc_zh: 调用的参数。"]
        lines.append("response:")
        for index, kind in enumerate(FIELDS):
            lines += [f"  Field{index}:", f"    type: {kind}", "    doc: A field of the response.", "    doc_zh: 应答的字段。"]
        lines += ["  Shared:", f"    type: Shared{number // 4 * 4:05}"]
        lines += ["    doc: What several responses have.", "    doc_zh: 多个应答共有。"]
        lines += ["examples:", "  - title: All that is required", "    title_zh: 必填参数", "    request:"]
        lines += [f"      {name}: {EXAMPLES[kind]}" for name, kind, required in parameters() if required]
        lines += ["source: M", ""]
        (version / f"Order{number:05}.yaml").write_text("\n".join(lines))
    return folder


def openapi(file, actions):
    """Writes the same as an OpenAPI document."""
    described = lambda kind, about: OPENAPI[kind] | {"description": about}
    schemas, paths = {}, {}
    for number in range(0, actions, 4):
        members = {name.lower(): described(kind, "A member of it.") for name, kind in SHARED.items()}
        schemas[f"Shared{number:05}"] = {"type": "object", "description": "A shared structure.", "properties": members}
    for number in range(actions):
        fields = {f"field{index}": described(kind, "A field of the response.") for index, kind in enumerate(FIELDS)}
        fields["shared"] = {"$ref": f"#/components/schemas/Shared{number // 4 * 4:05}"}
        response = f"Order{number:05}Response"
        schemas[response] = {"type": "object", "description": f"Response of `Order{number:05}`.", "properties": fields}
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{response}"}}}
        of = lambda name, kind, required: {
            "name": name,
            "in": "query",
            "required": required,
            "description": "A parameter of the call.",
            "schema": OPENAPI[kind],
        }
        paths[f"/order/{number:05}"] = {
            "post": {
                "operationId": f"order_{number:05}",
                "summary": TITLE,
                "description": ABOUT,
                "parameters": [of(name.lower(), kind, required) for name, kind, required in parameters()],
                "responses": {"200": {"description": "The response.", "content": content}},
            }
        }
    info = {"title": "Certificates", "description": "Made up.", "version": "2026-01-01"}
    document = {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": schemas}}
    file.write_text(json.dumps(document, indent=1))
    return file
