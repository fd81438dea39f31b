"""What the endpoint answers from the description alone: every action that no flow drives, with the requests of its examples.

So a new action is driven by each client that has it, without a line here.
"""

import material
import spec
from session import require

# What stands for a secret in an example.
REDACTED = "(redacted)"
# In base64, which some actions want.
SECRET = "b3VyIG93bg=="
DOMAIN = "example.com"


def drive(session, api):
    """Calls those actions, and meets an error of each."""
    for name, action in spec.actions(api).items():
        if name in session.answered or name not in session.client.actions():
            continue
        for request, response in spec.calls(api, action):
            parameters = spec.on_the_wire(action["parameters"], real(action, request))
            session.described(name, **parameters)
            if response is not None:
                compare(name, session.tap.sent(), spec.on_the_wire(action["response"], response))
        row, code = spec.refusal(api, action)
        session.endpoint.fail_once(name, row)
        # The latest ones that the client could send by itself.
        session.refused(code, name, **session.latest.get(name, parameters))


def real(action, request):
    """A request with real keys, certificates and the like in the place of those of an example."""
    fields = {field["wire"]: field for field in action["parameters"]}
    return {name: of_its_kind(fields[name], value) if name in fields else value for name, value in request.items()}


def of_its_kind(field, value):
    certificate, key = material.self_signed(DOMAIN)
    if spec.kind(field) == "pem":
        return key if field["sensitivity"] == "secret" else certificate
    if spec.kind(field) == "csr":
        return material.csr(material.rsa_key(), DOMAIN)
    return SECRET if value == REDACTED else value


def compare(name, sent, documented):
    """What was sent, and what the client has read thereby, is the documented response. The id of a request is its own."""
    for key, value in documented.items():
        require(key == "RequestId" or sent.get(key) == value, f"{name} was answered with another {key} than that of its example")
