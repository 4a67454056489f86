# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare script that makes a tree with requests, as short as can be: what everything else is measured against."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import requests


class Floor:
    """The least that any client has to send: one login, one list a kind, one write an object and one for its links."""

    def __init__(self, url: str, ca_file: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False  # REQUESTS_CA_BUNDLE would overrule the next line
        self.session.verify = ca_file

    def ask(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self.session.request(method, self.url + path, timeout=60, **kwargs)
        answer.raise_for_status()
        return answer.json()["data"]

    def apply(self, tree: dict[str, list[dict[str, Any]]]) -> None:
        token = self.ask("POST", "/security/user/authenticate", auth=("wazuh", "wazuh"))["token"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        policies = self.ids("policies", "name")
        roles = self.ids("roles", "name")
        users = self.ids("users", "username")
        for item in tree["policies"]:
            if item["name"] not in policies:
                policy = {"actions": item["actions"], "resources": item["resources"], "effect": item["effect"]}
                policies[item["name"]] = self.create("policies", {"name": item["name"], "policy": policy})
        for item in tree["roles"]:
            if item["name"] not in roles:
                roles[item["name"]] = role = self.create("roles", {"name": item["name"]})
                self.link(f"roles/{role}/policies", "policy_ids", policies, item["policies"])
        for item in tree["users"]:
            if item["name"] not in users:
                user = self.create("users", {"username": item["name"], "password": item["password"]})
                self.link(f"users/{user}/roles", "role_ids", roles, item["roles"])

    def ids(self, kind: str, label: str) -> dict[str, int]:
        items = self.ask("GET", f"/security/{kind}", params={"limit": 100000})["affected_items"]
        return {item[label]: item["id"] for item in items}

    def create(self, kind: str, body: dict[str, Any]) -> int:
        made: int = self.ask("POST", f"/security/{kind}", json=body)["affected_items"][0]["id"]
        return made

    def link(self, place: str, parameter: str, ids: dict[str, int], names: list[str]) -> None:
        linked = ",".join(str(ids[name]) for name in names)
        self.ask("POST", f"/security/{place}", params={parameter: linked})


def main(file: str) -> None:
    """Make the tree of a JSON file, C({url, ca, tree})."""
    given = json.loads(Path(file).read_text(encoding="utf-8"))
    Floor(given["url"], given["ca"]).apply(given["tree"])
    print("{}")


if __name__ == "__main__":
    main(sys.argv[1])
