"""Signatures beside the bare HMAC over the same bytes, and beside aws-sigv4."""

from common import release
from page import Aim, Section, Table
from turns import instructions, nanoseconds

SUMMARY = "signatures beside the bare HMAC, and beside aws-sigv4"
RUNS = 2000
# What is signed: title, case, and the request of aws-sigv4 that is comparable.
CASES = [
    ("aliyun 1.0, 16 parameters", "v1", "get"),
    ("Kingsoft simplified, 16 parameters", "simple", "get"),
    ("ACS3, GET with 16 parameters", "acs3 get", "get"),
    ("ACS3, POST with 4 headers", "acs3 post", "post"),
    ("AWS4, GET with 16 parameters", "aws4 get", "get"),
    ("AWS4, POST with 4 headers", "aws4 post", "post"),
]


def arguments(group):
    group.add_argument("--signing-rounds", type=int, default=21, metavar="N")


def measure(options):
    binary = release("signing") / "signing"
    times = nanoseconds(binary, options.signing_rounds)
    counts = {case: instructions(binary, case, RUNS) for case in times}
    rows = []
    for title, case, peer in CASES:
        bare, peer = f"{case} bare", f"aws-sigv4 {peer}"
        row = [title]
        for figures in (times, counts):
            ratios = (f"{figures[case] / figures[other]:.2f}" for other in (bare, peer))
            row += [f"{figures[case]:,.0f}", f"{figures[bare]:,.0f}", *ratios]
        rows.append(row)
    for title, peer in [("aws-sigv4, GET with 16 parameters", "get"), ("aws-sigv4, POST with 4 headers", "post")]:
        peer = f"aws-sigv4 {peer}"
        rows.append([title, f"{times[peer]:,.0f}", "", "", "1.00", f"{counts[peer]:,.0f}", "", "", "1.00"])
    heads = ["signature", "ns", "HMAC alone", "beside it", "beside aws-sigv4"]
    heads += ["instructions", "HMAC alone", "beside it", "beside aws-sigv4"]
    aims = [
        Aim("aliyun 1.0 beside the bare HMAC", times["v1"] / times["v1 bare"], most=3),
        Aim("aliyun 1.0 beside aws-sigv4, the same 16 parameters", times["v1"] / times["aws-sigv4 get"], most=0.3),
    ]
    return Section([Table(heads, rows)], aims)
