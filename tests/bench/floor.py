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

    def apply(self, wanted: dict[str, list[dict[str, Any]]]) -> None:
        token = self.ask("POST", "/security/user/authenticate", auth=("wazuh", "wazuh"))["token"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        ids = {}
        for kind, label in (("policies", "name"), ("roles", "name"), ("users", "username")):
            items = self.ask("GET", f"/security/{kind}", params={"limit": 100000})["affected_items"]
            ids[kind] = {item[label]: item["id"] for item in items}
        for item in wanted["policies"]:
            if item["name"] not in ids["policies"]:
                body = {"name": item["name"], "policy": {key: item[key] for key in ("actions", "resources", "effect")}}
                made = self.ask("POST", "/security/policies", json=body)
                ids["policies"][item["name"]] = made["affected_items"][0]["id"]
        for kind, label, links, parameter in (
            ("roles", "name", "policies", "policy_ids"),
            ("users", "username", "roles", "role_ids"),
        ):
            for item in wanted[kind]:
                if item["name"] in ids[kind]:
                    continue
                body = {label: item["name"], **({"password": item["password"]} if kind == "users" else {})}
                made = self.ask("POST", f"/security/{kind}", json=body)["affected_items"][0]["id"]
                ids[kind][item["name"]] = made
                linked = ",".join(str(ids[links][name]) for name in item[links])
                self.ask("POST", f"/security/{kind}/{made}/{links}", params={parameter: linked})


def main(file: str) -> None:
    """Make the tree of a JSON file, C({url, ca, tree})."""
    given = json.loads(Path(file).read_text(encoding="utf-8"))
    Floor(given["url"], given["ca"]).apply(given["tree"])
    print("{}")


if __name__ == "__main__":
    main(sys.argv[1])
