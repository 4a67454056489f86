# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replay recordings of real Wazuh servers on the sandbox: ``python -m contract.wazuh_replay``.

Each file runs on a fresh sandbox of its version, in process and in virtual time: the clock is set
to the ``t`` of each exchange. Compared are status, content type, body, and the claims of tokens.
What differs each time is declared here and nowhere else:

* ``<token>``, ``<timestamp>``, ``<hostname>`` stand for any token, time, name;
* links into the documentation name a version or, where the server was run without being installed,
  ``current``; whether errors of a node name its log depends on how it logs;
* descriptions in the catalogues of actions and resources are not compared;
* names that the server lists out of a set come in any order, and so do the objects of a list
  that is asked for in no order (``sort=-``);
* a body that the recording leaves out is made again if its length gives it away, and of an answer
  that is left out the length is compared;
* a followed redirect is recorded twice, first where it led to;
* requests beyond /security and / are not for the sandbox;
* recordings do not tell how the server was configured: the request limit is on if one shows it at
  work; nor at which fraction of a second they began: if the answers depend on it, it is searched.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contract.wazuh_exchange import Exchange, Response, send
from sandbox.clock import ManualClock
from sandbox.wazuh import create_product
from sandbox.wazuh.server import Settings
from sandbox.wazuh.versions import VERSIONS

_ROOT = Path(__file__).resolve().parents[2]
TRANSCRIPTS = Path(os.environ.get("WAZUH_TRANSCRIPTS") or _ROOT.parent / "shared" / "wazuh" / "transcripts")
NO_RECORDINGS = f"no recordings in {TRANSCRIPTS}: set WAZUH_TRANSCRIPTS to their folder"
_START = 1_700_000_000
_FRACTIONS = (0.0, 0.5, 0.25, 0.75, 0.1, 0.9, 0.4, 0.6, 0.3, 0.8)
_TOKEN = re.compile(r"^[\w-]+\.[\w-]+\.[\w-]+$")
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
_CATALOGUES = ("/security/actions", "/security/resources")


@dataclass
class Report:
    """How a file went: differences, and by reason the exchanges that could not be replayed."""

    name: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: dict[str, list[str]] = field(default_factory=dict)

    def skip(self, reason: str, exchange: str) -> None:
        """Note what could not be replayed."""
        self.skipped.setdefault(reason, []).append(exchange)

    def add(self, other: Report) -> None:
        """Count another report in."""
        self.passed += other.passed
        self.failed += other.failed
        for reason, exchanges in other.skipped.items():
            self.skipped.setdefault(reason, []).extend(exchanges)

    @property
    def figures(self) -> str:
        """How many passed, failed, and could not be replayed."""
        skipped = sum(map(len, self.skipped.values()))
        return f"{self.passed} passed, {len(self.failed)} failed, {skipped} not replayable"


Observer = Callable[[Exchange, Response], None]


class Replay:
    """One run of a recording.

    Args:
        recording: as in the file.
        fraction: of a second at which it began.
        observe: called with each exchange and what the sandbox answered to it.
    """

    def __init__(self, recording: dict[str, Any], fraction: float, observe: Observer | None = None) -> None:
        self._observe = observe
        self.exchanges: list[Exchange] = recording["exchanges"]
        version = VERSIONS[recording["server"].rsplit(" ", 1)[-1]]
        limited = any(exchange["response"]["status"] == 429 for exchange in self.exchanges)
        settings = Settings(version, requests_per_minute=300 if limited else 0)
        self.clock = ManualClock(_START + fraction)
        self.app = create_product(settings, self.clock).app
        self.tokens: dict[int, str] = {}

    async def run(self, report: Report) -> None:
        """Replay all exchanges in order."""
        began = self.clock.time
        for number, exchange in enumerate(self.exchanges):
            self.clock.time = began + exchange["t"]
            await self._exchange(number, exchange, report)

    async def _exchange(self, number: int, exchange: Exchange, report: Report) -> None:
        name = f"{exchange['i']} {exchange['method']} {exchange['path']}"
        body = _body_of(exchange)
        foreign = not re.match(r"/(security(/|$)|$)", exchange["path"])
        if foreign and exchange["response"]["status"] not in (404, 429):
            report.skip("the sandbox has only /security and /", name)
            return
        if body is None:
            report.skip("the body was not recorded", name)
            return
        authorization = self._authorization(exchange)
        response = await send(self.app, exchange, authorization, body)
        if self._observe is not None:
            self._observe(exchange, response)
        if response.status in (307, 308):
            target = urlsplit(response.headers["location"]).path
            previous = self.exchanges[number - 1]
            if previous["path"] == target and previous["response"] == exchange["response"]:
                report.passed += 1
                return
            response = await send(self.app, exchange | {"path": target}, authorization, body)
        token = _token_in(response)
        if token is not None:
            self.tokens[exchange["i"]] = token
        if exchange.get("unstable"):
            report.skip("the real server answers at random", name)
            return
        differences = _differences(exchange, response, token)
        if differences:
            report.failed.append(f"{name}: {'; '.join(differences)}")
        else:
            report.passed += 1

    def _authorization(self, exchange: Exchange) -> str | None:
        auth = exchange.get("auth") or {}
        if "basic" in auth:
            return "Basic " + base64.b64encode(":".join(auth["basic"]).encode()).decode()
        if "token_of" in auth:
            return f"Bearer {self.tokens.get(auth['token_of'], 'not handed out')}"
        header: str | None = auth.get("header")
        return header


def _body_of(exchange: Exchange) -> bytes | None:
    body = exchange.get("body")
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if "latin1" in body:
        latin: str = body["latin1"]
        return latin.encode("latin-1")
    return _made(body["omitted_chars"])


def _made(size: int) -> bytes | None:
    """The body of this size that fits one of the patterns used in recordings, if any does."""
    for make, length in ((_big_policy, _big_policy_length), (_deep_rule, _deep_rule_length)):
        count = bisect_left(range(size), size, key=length)
        if length(count) == size:
            return make(count).encode()
    return None


def _big_policy(count: int) -> str:
    resources = [f"agent:id:{number}" for number in range(count)]
    policy = {"actions": ["agent:read"], "resources": resources, "effect": "allow"}
    return json.dumps({"name": f"big{count}", "policy": policy})


def _big_policy_length(count: int) -> int:
    digits = count + sum(max(0, count - int(f"1{'0' * zeros}")) for zeros in range(1, 9))
    return len(_big_policy(0)) - 1 + len(str(count)) + 11 * count + digits + 2 * (count - 1)


def _deep_rule(count: int) -> str:
    inner = '{"a":' * count + "1" + "}" * count
    return f'{{"name":"deep{count}","rule":{inner}}}'


def _deep_rule_length(count: int) -> int:
    return len(_deep_rule(0)) - 1 + len(str(count)) + 6 * count


def _token_in(response: Response) -> str | None:
    if response.status != 200:
        return None
    body = response.body
    token = body.get("data", {}).get("token") if isinstance(body, dict) else body
    return token if isinstance(token, str) and _TOKEN.match(token) else None


def _differences(exchange: Exchange, response: Response, token: str | None) -> list[str]:
    expected = exchange["response"]
    found = []
    if response.status != expected["status"]:
        found.append(f"status {response.status} instead of {expected['status']}")
    content_type = response.headers.get("content-type")
    if "content_type" in expected and content_type != expected["content_type"]:
        found.append(f"{content_type} instead of {expected['content_type']}")
    if "body" in expected:
        found += _body_differences(exchange, response)
    if "token_claims" in exchange and token is not None:
        found += _claim_differences(exchange["token_claims"], token)
    return found


def _body_differences(exchange: Exchange, response: Response) -> list[str]:
    body = exchange["response"]["body"]
    if isinstance(body, dict) and set(body) == {"omitted_chars"}:
        length = len(response.raw.decode())
        return [] if length == body["omitted_chars"] else [f"{length} characters instead of {body['omitted_chars']}"]
    answer = response.body
    if ["sort", "-"] in exchange.get("query", []) or ["sort", "+"] in exchange.get("query", []):
        body, answer = _in_order(body), _in_order(answer)
    if _same(body, answer, described=exchange["path"].rstrip("/") in _CATALOGUES):
        return []
    wanted, got = json.dumps(body), json.dumps(answer)
    return [f"body\n    {got[:1500]}\n  instead of\n    {wanted[:1500]}"]


def _claim_differences(expected: dict[str, Any], token: str) -> list[str]:
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return [
        f"claim {name} is {claims.get(name)!r} instead of {value!r}"
        for name, value in expected.items()
        if claims.get(name) != value
    ]


def _in_order(body: Any) -> Any:
    """A list with its objects by id."""
    if "data" not in body:
        return body
    items = sorted(body["data"]["affected_items"], key=lambda item: int(item["id"]))
    return body | {"data": body["data"] | {"affected_items": items}}


def _same(expected: Any, found: Any, *, described: bool) -> bool:
    """Whether two JSON values are the same but for what differs each time.

    Args:
        expected: as recorded.
        found: as the sandbox has it.
        described: whether it is from a catalogue, whose descriptions are not compared.
    """
    if isinstance(expected, dict) and isinstance(found, dict):
        return _same_objects(expected, found, described=described)
    if isinstance(expected, list) and isinstance(found, list):
        pairs = zip(expected, found, strict=False)
        return len(expected) == len(found) and all(_same(one, other, described=described) for one, other in pairs)
    if isinstance(expected, str) and isinstance(found, str):
        return _same_texts(expected, found)
    # Compared as they are written: NaN is not equal to itself.
    return type(expected) is type(found) and repr(expected) == repr(found)


def _same_objects(expected: dict[str, Any], found: dict[str, Any], *, described: bool) -> bool:
    left_out = set()
    if "error" in expected and "error" in found:
        left_out.add("logfile")
    if expected.keys() - left_out != found.keys() - left_out:
        return False
    if described:
        left_out.add("description")
    compared = expected.keys() - left_out
    return all(_same(expected[name], found[name], described=described) for name in compared)


def _same_texts(expected: str, found: str) -> bool:
    if expected == "<token>":
        return bool(_TOKEN.match(found))
    if expected == "<timestamp>":
        return bool(_TIME.match(found))
    return expected == "<hostname>" or _unordered(expected) == _unordered(found)


_DOCS = re.compile(r"(?<=documentation\.wazuh\.com/)[\w.]+(?=/)")
_SETS = re.compile(
    r"(?<=Allowed sort fields: )[^.]+|(?<=Wrong fields: ).+|(?<=Not a valid select field: ).+"
    r"|(?<=Invalid field found )\{.+\}|(?<=Extra query parameter\(s\) ).+(?= not in spec)"
)


def _unordered(text: str) -> str:
    """A text with the names in it sorted that the server takes out of a set."""

    def sort(match: re.Match[str]) -> str:
        return ",".join(sorted(name.strip(" {}") for name in match[0].split(",")))

    return _SETS.sub(sort, _DOCS.sub("", text))


def replay(file: Path) -> Report:
    """Replay a file."""
    recording = json.loads(file.read_text(encoding="utf-8"))
    best: Report | None = None
    for fraction in _FRACTIONS:
        report = Report(file.name)
        asyncio.run(Replay(recording, fraction).run(report))
        if best is None or len(report.failed) < len(best.failed):
            best = report
        if not best.failed:
            break
    assert best is not None
    return best


def lines(report: Report) -> Iterator[str]:
    """A report as it is printed: the figures, what failed, and what could not be replayed."""
    yield f"{report.name}: {report.figures}"
    for failure in report.failed:
        yield f"  {failure}"
    for reason, exchanges in report.skipped.items():
        yield f"  not replayable, {reason}: {', '.join(exchanges)}"


def main(arguments: list[str]) -> int:
    """Replay the files named, or all of the folder; 1 if anything failed."""
    files = [Path(name) for name in arguments] or sorted(TRANSCRIPTS.glob("*.json"))
    if not files:
        print(NO_RECORDINGS)
        return 0
    total = Report("in all")
    for file in files:
        report = replay(file)
        print(*lines(report), sep="\n", flush=True)
        total.add(report)
    print(f"{total.name}: {total.figures}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
