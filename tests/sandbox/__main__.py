# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m sandbox PRODUCT``: serve one of the stand-ins. See README.md in this folder."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import sandbox
from sandbox import serve
from sandbox.clock import RealClock
from sandbox.faults import read_script
from sandbox.product import Product


def main(arguments: list[str]) -> int:
    """Run the command line; the exit code is 0 after SIGTERM or SIGINT, or that of ``--exec``."""
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, command = arguments[:cut], arguments[cut + 1 :]
    else:
        command = []
    names = sorted(module.name for module in pkgutil.iter_modules(sandbox.__path__) if module.ispkg)
    chosen = next((name for name in arguments if name in names), None)
    package = importlib.import_module(f"sandbox.{chosen}") if chosen else None
    options = _parser(names, package).parse_args(arguments)
    assert package is not None, "argparse refuses a missing product"
    if options.exec and not command:
        sys.exit("--exec needs a command after --")
    with ExitStack() as stack:
        try:
            listening = _listening(options, stack)
            product = package.create_app(options, listening.clock)
        except (OSError, ValueError) as error:
            sys.exit(str(error))
        if options.exec:
            return _run_command(product, listening, command)
        try:
            serve.run(product, listening, lambda address: _announce(product, options, address))
        except OSError as error:
            sys.exit(f"port {options.port}: {error.strerror}")
    return 0


def _parser(names: list[str], package: ModuleType | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", epilog="PRODUCT --help shows the options of a product")
    products = parser.add_subparsers(metavar="PRODUCT", required=True)
    for name in names:
        product = products.add_parser(name)
        product.add_argument("--port", type=int, default=0, help="0 = any free one (default)")
        product.add_argument("--tls", action=argparse.BooleanOptionalAction, default=True)
        product.add_argument("--ca-file", type=Path, help="write the CA certificate here (PEM)")
        product.add_argument("--request-log", type=Path, help="one JSON line a request")
        product.add_argument("--fault", type=Path, help="a script of faults (YAML)")
        product.add_argument(
            "--exec",
            action="store_true",
            help="run the command after -- against the server, then stop with its exit code",
        )
        if package is not None and package.__name__ == f"sandbox.{name}":
            package.add_options(product)
    return parser


def _listening(options: argparse.Namespace, stack: ExitStack) -> serve.Listening:
    log = options.request_log
    return serve.Listening(
        port=options.port,
        tls=options.tls,
        request_log=stack.enter_context(log.open("a", encoding="utf-8")) if log else None,
        faults=read_script(options.fault) if options.fault else [],
        clock=RealClock(),
    )


def _announce(product: Product, options: argparse.Namespace, address: serve.Address) -> None:
    if options.ca_file:
        address.write_authority(options.ca_file)
    for line in product.greeting:
        print(line)
    print(f"listening {address.url}", flush=True)


def _run_command(product: Product, listening: serve.Listening, command: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder, serve.running(product, listening) as address:
        authority = Path(folder) / "ca.pem"
        address.write_authority(authority)
        told = {name: value.format(url=address.url, ca=authority) for name, value in product.environment.items()}
        return subprocess.call(command, env=os.environ | told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
