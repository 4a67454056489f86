# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our Wazuh modules beside what people use today: ``python -m bench.wazuh_modules``. Prints figures, asserts nothing.

100 policies, 20 roles with five policies each and 50 users with two roles each, on a fresh stand-in for each way:
a bare script as the floor, a loop of ansible.builtin.uri, our modules in a loop in both fronts, and one wazuh_rbac.
SCALE=0.1 makes all of it smaller.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from sandbox.fixture import SandboxProcess, sandbox_process

SCALE = float(os.environ.get("SCALE", "1"))
PASSWORD = "Bench-Mark-Passw0rd"
GROWTH = (100, 1_000, 5_000)
Tree = dict[str, list[dict[str, Any]]]


def tree(policies: int, roles: int, users: int) -> Tree:
    """A tree with links: each role five policies, each user two roles."""
    return {
        "policies": [
            {
                "name": f"bench_policy_{n}",
                "actions": ["agent:read"],
                "resources": [f"agent:id:{n:05d}"],
                "effect": "allow",
            }
            for n in range(policies)
        ],
        "roles": [
            {"name": f"bench_role_{n}", "policies": [f"bench_policy_{(n * 5 + k) % policies}" for k in range(5)]}
            for n in range(roles)
        ],
        "users": [
            {
                "name": f"bench_user_{n}",
                "password": PASSWORD,
                "roles": [f"bench_role_{n % roles}", f"bench_role_{(n + 1) % roles}"],
            }
            for n in range(users)
        ],
    }


def run_script(module: str, server: SandboxProcess, wanted: Tree) -> dict[str, float]:
    """Run a script of this folder with a tree; return the figures that it prints."""
    paths = os.pathsep.join(os.environ[name] for name in ("PYTHONPATH", "ANSIBLE_COLLECTIONS_PATH"))
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"url": server.url, "ca": str(server.ca_file), "tree": wanted}, file)
        file.flush()
        command = [sys.executable, "-m", f"bench.{module}", file.name]
        done = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=True
        )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


URI = """
- name: Log in
  ansible.builtin.uri: {url: "{{ api }}/security/user/authenticate", method: POST, url_username: wazuh,
    url_password: wazuh, force_basic_auth: true, ca_path: "{{ ca }}"}
  register: login
- name: Look for the policies
  ansible.builtin.uri: {url: "{{ api }}/security/policies?q=name={{ item.name }}", headers: "{{ auth }}",
    ca_path: "{{ ca }}"}
  loop: "{{ policies }}"
  register: found
- name: Create the policies that are not there
  ansible.builtin.uri: {url: "{{ api }}/security/policies", method: POST, headers: "{{ auth }}", ca_path: "{{ ca }}",
    body_format: json, body: {name: "{{ item.item.name }}", policy: {actions: "{{ item.item.actions }}",
    resources: "{{ item.item.resources }}", effect: "{{ item.item.effect }}"}}}
  loop: "{{ found.results }}"
  when: item.json.data.total_affected_items == 0
- name: Read the policies' ids
  ansible.builtin.uri: {url: "{{ api }}/security/policies?limit=100000", headers: "{{ auth }}", ca_path: "{{ ca }}"}
  register: all_policies
- name: Look for the roles
  ansible.builtin.uri: {url: "{{ api }}/security/roles?q=name={{ item.name }}", headers: "{{ auth }}",
    ca_path: "{{ ca }}"}
  loop: "{{ roles }}"
  register: found
- name: Create the roles that are not there
  ansible.builtin.uri: {url: "{{ api }}/security/roles", method: POST, headers: "{{ auth }}", ca_path: "{{ ca }}",
    body_format: json, body: {name: "{{ item.item.name }}"}}
  loop: "{{ found.results }}"
  when: item.json.data.total_affected_items == 0
  register: made
- name: Link the policies of the new roles
  ansible.builtin.uri: {url: "{{ api }}/security/roles/{{ item.json.data.affected_items[0].id
    }}/policies?policy_ids={{ item.item.item.policies | map('extract', policy_ids) | join(',') }}", method: POST,
    headers: "{{ auth }}", ca_path: "{{ ca }}"}
  loop: "{{ made.results }}"
  when: item is not skipped
- name: Read the roles' ids
  ansible.builtin.uri: {url: "{{ api }}/security/roles?limit=100000", headers: "{{ auth }}", ca_path: "{{ ca }}"}
  register: all_roles
- name: Look for the users
  ansible.builtin.uri: {url: "{{ api }}/security/users?q=username={{ item.name }}", headers: "{{ auth }}",
    ca_path: "{{ ca }}"}
  loop: "{{ users }}"
  register: found
- name: Create the users that are not there
  ansible.builtin.uri: {url: "{{ api }}/security/users", method: POST, headers: "{{ auth }}", ca_path: "{{ ca }}",
    body_format: json, body: {username: "{{ item.item.name }}", password: "{{ item.item.password }}"}}
  loop: "{{ found.results }}"
  when: item.json.data.total_affected_items == 0
  register: made
- name: Link the roles of the new users
  ansible.builtin.uri: {url: "{{ api }}/security/users/{{ item.json.data.affected_items[0].id
    }}/roles?role_ids={{ item.item.item.roles | map('extract', role_ids) | join(',') }}", method: POST,
    headers: "{{ auth }}", ca_path: "{{ ca }}"}
  loop: "{{ made.results }}"
  when: item is not skipped
"""
URI_VARS = {
    "auth": {"Authorization": "Bearer {{ login.json.data.token }}"},
    "policy_ids": "{{ all_policies.json.data.affected_items | items2dict(key_name='name', value_name='id') }}",
    "role_ids": "{{ all_roles.json.data.affected_items | items2dict(key_name='name', value_name='id') }}",
}


def uri_tasks() -> list[dict[str, Any]]:
    """What is done without this collection: look whether each object is there, create it, link it."""
    return list(yaml.safe_load(URI))


def loop_tasks(**more: Any) -> list[dict[str, Any]]:
    """Our modules, one item an object."""
    fields = {
        "policies": ("wazuh_rbac_policy", ("name", "actions", "resources", "effect")),
        "roles": ("wazuh_rbac_role", ("name", "policies")),
        "users": ("wazuh_rbac_user", ("name", "password", "roles")),
    }
    return [
        {
            "name": f"Hold the {kind}",
            f"secops.iam.{module}": {key: f"{{{{ item.{key} }}}}" for key in keys},
            "loop": f"{{{{ {kind} }}}}",
            "no_log": True,
            **more,
        }
        for kind, (module, keys) in fields.items()
    ]


def idle_tasks(wanted: Tree) -> list[dict[str, Any]]:
    """What Ansible itself takes for a loop over the objects."""
    return [
        {
            "name": f"Look at the {kind}",
            "ansible.builtin.assert": {"that": "item.name is defined", "quiet": True},
            "loop": f"{{{{ {kind} }}}}",
            "no_log": True,
        }
        for kind in wanted
    ]


def tree_task() -> list[dict[str, Any]]:
    """All in one task."""
    return [{"name": "Hold the tree", "secops.iam.wazuh_rbac": {kind: f"{{{{ {kind} }}}}" for kind in tree(5, 1, 1)}}]


@contextmanager
def playbook(server: SandboxProcess, tasks: list[dict[str, Any]], wanted: Tree) -> Iterator[Callable[[], None]]:
    """Run tasks against the server as a user does, output thrown away."""
    connection = {
        "api_url": server.url,
        "ca_path": str(server.ca_file),
        "api_username": "wazuh",
        "api_password": "wazuh",
    }
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {
            "api": server.url,
            "ca": str(server.ca_file),
            "ansible_python_interpreter": sys.executable,
            **wanted,
            **URI_VARS,
        },
        "module_defaults": {"group/secops.iam.wazuh": connection},
        "tasks": tasks,
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "play.yml"
        file.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")

        def run() -> None:
            command = ["ansible-playbook", "-i", "localhost,", "-c", "local", str(file)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(done.stdout[-3000:] + done.stderr[-1000:])

        yield run


def timed(server: SandboxProcess, work: Callable[[], dict[str, float] | None]) -> dict[str, float]:
    """Seconds of a run, what the server got from it, and the figures that it gives itself."""
    before = len(server.requests())
    begun = time.monotonic()
    figures = work() or {}
    seconds = time.monotonic() - begun
    sent = server.requests()[before:]
    logins = [request for request in sent if request["path"].startswith("/security/user/authenticate")]
    writes = [request for request in sent if request["method"] != "GET"]
    return {**figures, "seconds": seconds, "requests": len(sent), "writes": len(writes) - len(logins)}


def compare() -> None:
    """All ways beside each other: fresh, and again unchanged."""
    wanted = tree(max(5, round(100 * SCALE)), max(2, round(20 * SCALE)), max(1, round(50 * SCALE)))
    print(f"{' '.join(f'{len(items)} {kind},' for kind, items in wanted.items())} load {os.getloadavg()[0]:.1f}")
    print(f"{'':34}{'fresh':>10}{'requests':>10}{'writes':>8}{'again':>10}{'requests':>10}{'writes':>8}")
    print(f"{'':34}{'s':>10}{'':>18}{'s':>10}")
    ways: dict[str, list[dict[str, Any]] | None] = {
        "bare script (the floor)": None,
        "bare playbook start": [{"name": "Nothing", "ansible.builtin.meta": "noop"}],
        "bare loop, asking nobody": idle_tasks(wanted),
        "wazuh_rbac, one task": tree_task(),
        "our modules in a loop, in process": loop_tasks(),
        "our modules in a loop, as modules": loop_tasks(environment={"BENCH": "1"}),
        "ansible.builtin.uri in a loop": uri_tasks(),
    }
    for way, tasks in ways.items():
        with sandbox_process("wazuh", "--requests-per-minute", "0") as server:
            if tasks is None:
                rounds = [timed(server, functools.partial(run_script, "floor", server, wanted)) for _round in range(2)]
            else:
                with playbook(server, tasks, wanted) as run:
                    rounds = [timed(server, run) for _round in range(2)]
        cells = "".join(f"{r['seconds']:10.2f}{r['requests']:10.0f}{r['writes']:8.0f}" for r in rounds)
        print(f"{way:34}{cells}", flush=True)


def grow() -> None:
    """How wazuh_rbac grows: a process of its own a size, unchanged objects, own CPU and memory."""
    print(f"\nwazuh_rbac, unchanged{'objects':>13}{'wall s':>10}{'own CPU s':>12}{'MB':>8}{'requests':>10}")
    for size in GROWTH:
        objects = max(20, round(size * SCALE))
        wanted = tree(objects * 7 // 10, objects // 10, objects * 2 // 10)
        with sandbox_process("wazuh", "--requests-per-minute", "0") as server:
            run_script("floor", server, wanted)
            told = timed(server, functools.partial(run_script, "unchanged", server, wanted))
        cells = f"{told['seconds']:10.2f}{told['cpu']:12.2f}{told['mb']:8.0f}{told['requests']:10.0f}"
        print(f"{'':21}{objects:13}{cells}", flush=True)


def main() -> int:
    """Print both tables."""
    compare()
    grow()
    return 0


if __name__ == "__main__":
    sys.exit(main())
