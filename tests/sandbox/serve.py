# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve a product over HTTP(S) on loopback, with the middlewares that every product gets."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.clock import Clock, RealClock
from sandbox.faults import Fault, Faults
from sandbox.product import App, DropConnection, Product, Receive, Scope, Send
from sandbox.request_log import RequestLog
from sandbox.tls import Tls, make_tls

HOST = "127.0.0.1"
_LONGEST_HEAD = 256 * 1024


@dataclass
class Listening:
    """How a server is served.

    Attributes:
        port: 0 for any free one.
        tls: serve HTTPS.
        request_log: where the request log goes, if anywhere.
        faults: the fault script.
        clock: the clock of log and faults.
    """

    port: int = 0
    tls: bool = True
    request_log: TextIO | None = None
    faults: list[Fault] = field(default_factory=list)
    clock: Clock = field(default_factory=RealClock)


@dataclass(frozen=True)
class Address:
    """Where a server listens.

    Attributes:
        url: ``https://127.0.0.1:PORT``.
        authority: certificate to trust (PEM), None without TLS.
    """

    url: str
    authority: bytes | None

    def write_authority(self, file: Path) -> None:
        """Write what a client passes as its CA file; nothing to write without TLS."""
        if self.authority is not None:
            file.write_bytes(self.authority)


def with_middlewares(product: Product, listening: Listening) -> App:
    """The product's application with faults and request log around it."""
    app = product.app
    if listening.faults:
        app = Faults(app, listening.faults, product.expire_tokens, listening.clock)
    if listening.request_log is not None:
        app = RequestLog(app, listening.request_log, listening.clock)
    return app


class _Protocol(H11Protocol):
    """HTTP/1.1 on h11, as the real servers have it, that can drop a connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def droppable(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            except DropConnection:
                transport.abort()
                await asyncio.sleep(0)  # let the protocol notice before uvicorn looks

        self.app = droppable


class _Server(uvicorn.Server):
    """A uvicorn server that says when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


def _prepare(
    product: Product, listening: Listening, on_ready: Callable[[Address], None]
) -> tuple[_Server, socket.socket]:
    # asyncio switches Nagle's delay off only for sockets that name their protocol
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((HOST, listening.port))
    tls: Tls | None = make_tls() if listening.tls else None
    scheme, authority = ("https", tls.authority) if tls else ("http", None)
    address = Address(f"{scheme}://{HOST}:{sock.getsockname()[1]}", authority)
    config = uvicorn.Config(
        with_middlewares(product, listening),
        http=_Protocol,
        loop="asyncio",
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="critical",
        server_header=False,
        timeout_graceful_shutdown=1,
        # Long targets are the application's business: below this, h11 refuses some by chance.
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        ssl_context_factory=(lambda *_: tls.context) if tls else None,
    )
    return _Server(config, lambda: on_ready(address)), sock


def run(product: Product, listening: Listening, on_ready: Callable[[Address], None]) -> None:
    """Serve until SIGTERM or SIGINT, then return.

    Args:
        product: what is served.
        listening: how.
        on_ready: called once with the address when the server answers.

    Raises:
        OSError: the port is taken.
    """
    server, sock = _prepare(product, listening, on_ready)
    # uvicorn raises the signal again when it is done: without these that would kill the process
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server.run(sockets=[sock])


@contextmanager
def running(product: Product, listening: Listening) -> Iterator[Address]:
    """Serve from a thread of this process for as long as the ``with`` block lasts."""
    ready = threading.Event()
    addresses: list[Address] = []

    def on_ready(address: Address) -> None:
        addresses.append(address)
        ready.set()

    server, sock = _prepare(product, listening, on_ready)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    try:
        if not ready.wait(10):
            raise RuntimeError("the sandbox did not start within 10 seconds")
        yield addresses[0]
    finally:
        server.should_exit = True
        thread.join(10)
