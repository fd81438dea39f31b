"""Measures cloudcert beside its peers, and writes what came out into docs/performance.md.

    python3 benches/peers/measure requests signing      # print two sections
    python3 benches/peers/measure all --write           # everything in one run, into the page
    python3 benches/peers/measure --help

Compare ratios of one run: figures of different days or machines say nothing about each other.
"""

import argparse
import importlib
import shlex
import sys

import page

# A module each, in the order of the page. Each has SUMMARY, arguments(parser) and measure(options) -> Section.
SECTIONS = ["builds", "requests", "signing", "decoding", "generator", "program"]


def main():
    modules = {name: importlib.import_module(name) for name in SECTIONS}
    parser = argparse.ArgumentParser(prog="measure", description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="+", choices=[*SECTIONS, "all"], metavar="section", help=", ".join([*SECTIONS, "all"]))
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    for name, module in modules.items():
        module.arguments(parser.add_argument_group(name, module.SUMMARY))
    options = parser.parse_args()
    chosen = SECTIONS if "all" in options.sections else [name for name in SECTIONS if name in options.sections]
    for name in chosen:
        print(f"measuring: {name}", file=sys.stderr)
        section = modules[name].measure(options)
        used = [argument for argument in sys.argv[1:] if argument not in (*SECTIONS, "all", "--write")]
        command = shlex.join(["python3", "benches/peers/measure", name, *used])
        text = page.section(section, command)
        print(text, flush=True)
        if options.write:
            page.write(name, text)


if __name__ == "__main__":
    main()
