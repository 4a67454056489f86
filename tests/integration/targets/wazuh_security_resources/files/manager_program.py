# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-in for a Wazuh manager's command lines, rbac_control and security_resources, by the name it is called by.

It asks, answers and fails as they do, always ends with status 0, and keeps its state in the manager's folder. In
runs.jsonl it writes of each run the argument list that the system shows, and where on the system a password that it
got can be seen; never the password.
"""

from __future__ import annotations

import argparse
import getpass
import glob
import hashlib
import json
import os
import sys
import time

HOME = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[0])))
if os.path.basename(HOME) == "framework":  # called by way of the wrapper
    HOME = os.path.dirname(HOME)
NAME = os.path.splitext(os.path.basename(sys.argv[0]))[0]
KINDS = ("user", "role", "policy", "rule")
PLURAL = {"user": "users", "role": "roles", "policy": "policies", "rule": "rules"}
EXISTS = {
    "user": "5000 - The user could not be created",
    "role": "4005 - The specified name or rule already exists",
    "policy": "4009 - The specified name or policy already exists",
    "rule": "4005 - The specified name or rule already exists",
}
MISSING = {
    "user": "5001 - The user does not exist",
    "role": "4002 - The specified role does not exist",
    "policy": "4007 - The specified policy does not exist",
    "rule": "4022 - The specified security rule does not exist",
}
LINKS = {
    "user-role": (
        "4017 - The specified user-role relation already exists",
        "4016 - The specified user-role relation does not exist",
    ),
    "role-policy": (
        "4011 - The specified role-policy link already exist",
        "4010 - The specified role-policy relation does not exist",
    ),
    "role-rule": (
        "4023 - The specified role-rule relation already exist",
        "4024 - The specified role-rule relation does not exist",
    ),
}


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(line + "\n")


def path(name: str) -> str:
    """Return the path of a file in the manager's folder."""
    return os.path.join(HOME, name)


def load(name: str, fallback: dict) -> dict:
    """Return what a file holds, or the fallback."""
    if not os.path.exists(path(name)):
        return fallback
    with open(path(name), encoding="utf-8") as file:
        return json.load(file)


BEHAVIOUR = load("behaviour.json", {})
STATE = load("state.json", {"passwords": {}, "links": {}, **{kind: {} for kind in KINDS}})


def save() -> None:
    """Keep the state."""
    with open(path("state.json"), "w", encoding="utf-8") as file:
        json.dump(STATE, file)


def record(secrets: list[str]) -> None:
    """Note what anybody on the system could see of this run."""
    seen = []
    for place in [*glob.glob("/proc/[0-9]*/cmdline"), "/proc/self/environ", f"/proc/{os.getppid()}/environ"]:
        try:
            with open(place, "rb") as file:
                shown = file.read()
        except OSError:
            continue
        if any(secret.encode() in shown for secret in secrets if secret):
            seen.append(place)
    with open("/proc/self/cmdline", encoding="utf-8") as file:
        words = file.read().split("\0")[:-1]
    with open(path("runs.jsonl"), "a", encoding="utf-8") as file:
        file.write(json.dumps({"words": words, "secrets": len(secrets), "seen": seen}) + "\n")


def accept(who: str, password: str) -> str:
    """Take a password; the answer is empty, or why not."""
    if BEHAVIOUR.get("change_password") == "5011" and who in ("wazuh", "wazuh-wui"):
        return "Error 5011 - Administrator users can only be modified by themselves"
    if BEHAVIOUR.get("insecure"):
        return "Error 5007 - Insecure user password provided"
    STATE["passwords"][who] = hashlib.sha256(password.encode()).hexdigest()
    return ""


def change_passwords() -> None:
    """Ask for both passwords, then set those that were given."""
    typed = {user: getpass.getpass(f"New password for '{user}' (skip): ") for user in ("wazuh", "wazuh-wui")}
    record([password for password in typed.values() if password])
    for user, password in typed.items():
        if password:
            why = accept(user, password)
            say(f"\t{user}: FAILED | {why}" if why else f"\t{user}: UPDATED")


def factory_reset(force: bool = False) -> None:
    """Forget everything, if that is confirmed."""
    record([])
    if not force and input("Everything goes. Type RESET to proceed: ") != "RESET":
        say("\tRBAC database reset aborted.")
        return
    for part in STATE.values():
        part.clear()
    say(f"\tSuccessfully {'reset' if NAME == 'rbac_control' else 'resetted'} RBAC database")


class Table:
    """The result table, columns as wide as their widest cell."""

    def __init__(self) -> None:
        self.rows = [["Resource", "Method", "Success", "Failed"]]

    def add(self, resource: str, method: str, success: str, failed: dict[str, list[str]]) -> None:
        """Add a row, with one more line for each further error."""
        lines = [f"{', '.join(items)} || {why}" for why, items in failed.items()] or [""]
        self.rows.append([resource, method, success, lines[0]])
        self.rows += [["", "", "", line] for line in lines[1:]]

    def show(self) -> None:
        """Write the table."""
        widths = [max(len(row[i]) for row in self.rows) for i in range(4)]
        self.rows.insert(1, ["-" * width for width in widths])
        for row in self.rows:
            say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))


def add(kind: str, text: str) -> tuple[str, dict[str, list[str]]]:
    """Add an object; return the Success cell, and the failed items by error."""
    body = json.loads(text)
    name = body.get("username") or body["name"]
    if name in STATE[kind].values():
        return "", {f"Error {EXISTS[kind]}": [name]}
    if kind == "policy" and "policy" not in body:
        return "", {"Error 10002 - Missing fields: {'policy'}": ["Bad format"]}
    if kind == "user":
        why = accept(name, body["password"])
        if why:  # the whole argument comes back, as the program does it
            return "", {why: [text]}
    number = str(max([99, *map(int, STATE[kind])]) + 1)
    STATE[kind][number] = name
    return f"{number} - {name}", {}


def update(kind: str, words: list[str]) -> tuple[str, dict[str, list[str]]]:
    """By number and body, or as the documentation has it by the body alone."""
    body = json.loads(words[-1])
    name = body.get("username") or body.get("name")
    numbers = {known: number for number, known in STATE[kind].items()}
    number = words[0] if len(words) == 2 else numbers.get(name, "?")
    if number not in STATE[kind]:
        return "", {f"Error {MISSING[kind]}": [number]}
    STATE[kind][number] = name or STATE[kind][number]
    if "password" in body:
        accept(STATE[kind][number], body["password"])
    return f"{number} - {STATE[kind][number]}", {}


def remove(kind: str, numbers: list[str]) -> tuple[str, dict[str, list[str]]]:
    """Remove objects; return as add does."""
    gone = [f"{number} - {STATE[kind].pop(number)}" for number in list(numbers) if number in STATE[kind]]
    left = [number for number in numbers if not any(one.startswith(f"{number} - ") for one in gone)]
    return ", ".join(gone), {f"Error {MISSING[kind]}": left} if left else {}


def link(kind: str, numbers: list[str], wanted: bool) -> tuple[str, dict[str, list[str]]]:
    """Link or unlink; return as add does."""
    owner, *items = numbers
    linked = STATE["links"].setdefault(f"{kind} {owner}", [])
    same = [item for item in items if (item in linked) == wanted]
    for item in [item for item in items if item not in same]:
        linked.append(item) if wanted else linked.remove(item)
    success = f"{owner} - [{', '.join(linked)}]" if len(same) < len(items) else ""
    return success, {f"Error {LINKS[kind][0 if wanted else 1]}": same} if same else {}


WORK = {
    "add": lambda kind, words: add(kind, words[0]),
    "update": update,
    "remove": remove,
    "link": lambda kind, words: link(kind, words, BEHAVIOUR.get("link") != "unlinks"),
    "unlink": lambda kind, words: link(kind, words, False),
}


def resource_options() -> dict:
    """Read the command line of security_resources: what each option was given, by method and kind."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--change-passwords", action="store_true")
    parser.add_argument("--factory-reset", action="store_true")
    for kind in KINDS:
        for method in ("add", "update", "remove"):
            parser.add_argument(f"--{method}-{kind}", nargs="+", dest=f"{method} {kind}")
    for kind in LINKS:
        owner, item = kind.split("-")
        for method in ("link", "unlink"):
            parser.add_argument(f"--{method}-{owner}-{PLURAL[item]}", nargs="+", dest=f"{method} {kind}")
    return vars(parser.parse_args())


def security_resources() -> None:
    """The command line of the reference documentation, by its long options."""
    given = resource_options()
    if given.pop("change_passwords"):
        return change_passwords()
    if given.pop("factory_reset"):
        return factory_reset()
    asked = {key: words for key, words in given.items() if words}
    bodies = [json.loads(word) for words in asked.values() for word in words if word.startswith("{")]
    record([body["password"] for body in bodies if "password" in body])
    table = Table()
    for key, words in asked.items():
        method, kind = key.split(" ")
        shown = "unlink" if method == "link" and BEHAVIOUR.get("link") == "unlinks" else method
        table.add(kind.title(), shown, *WORK[method](kind, words))
    table.show()
    return None


def rbac_control() -> None:
    """The command line that Wazuh ships."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("change-password")
    commands.add_parser("factory-reset").add_argument("-f", "--force", action="store_true")
    given = parser.parse_args()
    if given.command == "change-password":
        change_passwords()
    else:
        factory_reset(given.force)


if BEHAVIOUR.get("breaks"):
    record([])
    say(f"Internal error: {BEHAVIOUR['breaks']}")
elif BEHAVIOUR.get("hangs"):
    record([])
    sys.stdout.write("Are you sure? ")
    sys.stdout.flush()
    time.sleep(60)
else:
    rbac_control() if NAME == "rbac_control" else security_resources()
    save()
