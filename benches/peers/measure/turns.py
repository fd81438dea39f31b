"""Programs that measure functions in turn (package `turns`): nanoseconds, and instructions by callgrind."""

import functools
import json
import subprocess

import common


def nanoseconds(binary, rounds):
    """Processor time of a run by case: medians over rounds in which all cases take turns."""
    out = subprocess.run([binary, str(rounds)], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


@functools.cache
def instructions(binary, case, runs):
    """Instructions of a run, in user space, without what is made for it."""
    return (collected(binary, case, runs) - collected(binary, case, runs, "prepare")) / runs


def collected(binary, case, runs, *more):
    """Instructions of a whole run of the program."""
    return common.collected(binary, case, str(runs), *more)
