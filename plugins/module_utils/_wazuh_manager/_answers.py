# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answers of the manager's command lines mean. Pure.

Neither program tells by its exit status whether it did anything, so only their words count (FACTS, CLI).
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import DONE, FAILED

UNCHANGED = "unchanged"
USE_THE_API = (
    "passwords: from Wazuh 4.14.6 on rbac_control can no longer change the default users' passwords (error 5011). Use "
    "the API: secops.iam.wazuh_rbac_user with name, password and update_password: always, and with api_username and "
    "api_password of that very user"
)


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What came of a call.

    :ivar status: C(done), C(unchanged) or C(failed).
    :ivar answer: what the program said about it.
    :ivar wrote: whether it changed anything, which a call that failed for one of its items may have.
    :ivar made: C([(id, name)]) of what it says that it added.
    """

    status: str
    answer: str
    wrote: bool = False
    made: t.Sequence[tuple[int, str]] = ()


def judge_reset(output: str) -> Verdict:
    """C(Successfully reset RBAC database); the documented program has another past tense."""
    if re.search(r"Successfully reset(ted)? RBAC database", output):
        return Verdict(DONE, last_words(output), wrote=True)
    return _unconfirmed(output)


def judge_password(user: str, output: str) -> Verdict:
    """C(USER: UPDATED), or C(USER: FAILED | why)."""
    line = re.search(rf"^\s*{re.escape(user)}: (UPDATED|FAILED.*)$", output, re.MULTILINE)
    if line is None:
        return _unconfirmed(output)
    if line.group(1) == "UPDATED":
        return Verdict(DONE, line.group(0).strip(), wrote=True)
    advice = f". {USE_THE_API}" if "Error 5011" in line.group(1) else ""
    return Verdict(FAILED, line.group(0).strip() + advice)


def last_words(output: str) -> str:
    """The last line that a program wrote, without the prompts."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.rstrip().endswith("(skip):")]
    return lines[-1] if lines else "nothing"


def _unconfirmed(output: str) -> Verdict:
    return Verdict(FAILED, f"the program did not confirm it; it said: {last_words(output)}")


class Row(t.NamedTuple):
    """A line of the result table; a cell with several lines keeps them."""

    resource: str
    method: str
    success: str
    failed: str


def parse_table(output: str) -> list[Row]:
    """The result table, by the columns that the line of dashes marks; other lines around it do not matter."""
    lines = output.splitlines()
    dashes = [number for number, line in enumerate(lines) if re.fullmatch(r"-+( +-+){3}\s*", line)]
    if not dashes or lines[dashes[0] - 1].split() != ["Resource", "Method", "Success", "Failed"]:
        return []
    starts = [match.start() for match in re.finditer(r"-+", lines[dashes[0]])]
    rows: list[list[str]] = []
    for line in lines[dashes[0] + 1 :]:
        cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None])]
        if cells[0]:
            rows.append(cells)
        elif rows:
            rows[-1] = [_joined(above, cell) for above, cell in zip(rows[-1], cells)]
    return [Row(*cells) for cells in rows]


def _joined(above: str, cell: str) -> str:
    """A cell with one more line."""
    return "\n".join(part for part in (above, cell) if part)


@dataclasses.dataclass(frozen=True)
class Question:
    """What a call asked of the documented program, to hold its table against.

    :ivar resource: as the table names it: C(User), C(User-Role).
    :ivar wanted: numbers, or with C(by_name) names, each of which the answer must account for.
    :ivar already: error codes which say that an item was as wanted before.
    :ivar owner: of a link, the number of the user or the role.
    """

    resource: str
    method: str
    wanted: tuple[str, ...]
    already: tuple[int, ...]
    owner: str = ""
    by_name: bool = False

    def judge(self, output: str) -> Verdict:
        """Item by item: done, as wanted before, or failed. An item about which nothing is said has failed."""
        row = next((row for row in parse_table(output) if row.resource == self.resource), None)
        if row is None:
            return _unconfirmed(output)
        answer = "; ".join(filter(None, [row.success, *row.failed.splitlines()]))
        if row.method != self.method:
            answer = f"the program was asked to {self.method} and did {row.method}: {answer}"
            return Verdict(FAILED, answer, wrote=bool(row.success))
        made = re.findall(r"(\d+) - ([^,\s\[]+)", row.success)
        before, problems = self._failures(row.failed)
        done = self._confirmed(row.success, made) - before
        lost = [item for item in self.wanted if item not in done | before]
        wrote = bool(done)
        if problems or lost:
            silent = "" if problems else f"; nothing is said about {', '.join(lost)}"
            return Verdict(FAILED, answer + silent, wrote or bool(row.success))
        numbered = [(int(number), name) for number, name in made] if self.method == "add" else []
        return Verdict(DONE if wrote else UNCHANGED, answer, wrote, numbered)

    def _failures(self, cell: str) -> tuple[set[str], list[str]]:
        """Of the lines C(ITEMS || Error CODE - why): the items that were as wanted before, and the other lines."""
        before: set[str] = set()
        problems = []
        for line in cell.splitlines():
            items, _bars, why = line.rpartition(" || ")
            code = re.match(r"Error (\d+)\b", why)
            if code and int(code.group(1)) in self.already:
                before |= {item.strip() for item in items.split(",")} & set(self.wanted)
            else:
                problems.append(line)
        return before, problems

    def _confirmed(self, cell: str, made: list[tuple[str, str]]) -> set[str]:
        """The wanted items that the Success column bears witness to."""
        if not self.owner:
            return {name if self.by_name else number for number, name in made} & set(self.wanted)
        links = re.fullmatch(r"(\d+) - \[([\d, ]*)\]", cell)
        if links is None or links.group(1) != self.owner:
            return set()
        there = {number.strip() for number in links.group(2).split(",")}
        return set(self.wanted) & there if self.method == "link" else set(self.wanted) - there
