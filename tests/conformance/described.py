"""What the endpoint answers from the description alone: every action that no flow drives, with the requests of its examples.

So a new action is driven by each client that has it, without a line here.
"""

import spec
from session import require


def drive(session, api):
    """Calls those actions, and meets an error of each."""
    for name, action in spec.actions(api).items():
        if name in session.answered or name not in session.client.actions():
            continue
        for request, response in spec.calls(api, action):
            parameters = spec.on_the_wire(action["parameters"], request)
            answer = session.described(name, **parameters)
            if response is not None:
                compare(session, name, answer, spec.on_the_wire(action["response"], response))
        row, code = spec.refusal(api, action)
        session.endpoint.fail_once(name, row)
        session.refused(code, name, **parameters)


def compare(session, name, answer, documented):
    """The answer has what the client reads of the documented response. The id of a request is its own."""
    expected = {key: value for key, value in session.client.reads(name, documented).items() if key != "RequestId"}
    require(expected or set(documented) <= {"RequestId"}, f"the client reads nothing of the response of {name}")
    for key, value in expected.items():
        require(answer.get(key) == value, f"{name} was answered with another {key} than that of its example")
