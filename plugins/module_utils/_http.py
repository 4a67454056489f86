# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTPS session to one server: TLS, time-outs, patience with request limits, and a count of requests."""

from __future__ import annotations

import dataclasses
import http.cookiejar
import time
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import LimitReached, Refused, Unreachable, Unsure

try:
    import requests
    import requests.adapters
    import requests.utils
    from urllib3.util.retry import Retry
except ImportError:  # pragma: no cover - the fronts report it with the library's name
    HAS_REQUESTS = False
    Retry = object  # type: ignore[assignment,misc]
else:
    HAS_REQUESTS = True

TOO_MANY_REQUESTS = 429
READS = ("GET", "HEAD")
POLL_SECONDS = 5.0
TRIES = 3  # of what can be repeated when its answer is lost


@dataclasses.dataclass
class Connection:
    """How to reach a server. Times are in seconds; paths are files on the machine that runs the task."""

    api_url: str
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    timeout: float = 30
    rate_limit_wait: float = 600


def header_token(token: str) -> str:
    """C(api_token) as a header can hold it: without the line break that files end with.

    :raises Refused: for an empty one, and for characters that no token has; it quotes nothing of it.
    """
    token = token.strip()
    if not token:
        raise Refused("api_token: it is empty: give a token")
    if not all("!" <= character <= "~" for character in token):
        raise Refused(
            "api_token: a token has printable ASCII characters only, and this one has a line break, a blank or another "
            "character in it: is it one token, and the whole of it?"
        )
    return token


@dataclasses.dataclass
class Tally:
    """What one task has cost so far: numbers of requests, and seconds spent waiting for a request limit."""

    reads: int = 0
    writes: int = 0
    logins: int = 0
    waited: float = 0.0

    def count(self, sort: str) -> None:
        """One more of C(reads), C(writes) or C(logins)."""
        setattr(self, sort, getattr(self, sort) + 1)

    def result(self) -> dict[str, t.Any]:
        """The tally as a task result shows it."""
        return {"reads": self.reads, "writes": self.writes, "logins": self.logins, "waited": round(self.waited)}


class _Patience(Retry):
    """urllib3's Retry, which waits out "429 Too Many Requests" for as long as the task may wait.

    Wazuh sends no Retry-After with it; its window is fixed and asking does not prolong it, so a look every
    few seconds is enough (FACTS, limits). A 429 is sent before any work is done: every method may be repeated.
    """

    def __init__(self, *args: t.Any, session: HttpSession, **kwargs: t.Any) -> None:
        self._session = session
        super().__init__(*args, **kwargs)

    def new(self, **kwargs: t.Any) -> _Patience:
        return super().new(session=self._session, **kwargs)

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        return status_code == TOO_MANY_REQUESTS and self._session.patience_left() > 0

    def sleep(self, response: t.Any = None) -> None:
        if response is None or response.status != TOO_MANY_REQUESTS:
            return
        wanted = self.get_retry_after(response) or POLL_SECONDS
        pause = min(wanted, self._session.patience_left())
        time.sleep(pause)
        self._session.tally.waited += pause


class HttpSession:
    """A requests session bound to one server.

    Errors: C(Unreachable) when nothing was sent, or reads and logins stay without an answer; C(Unsure) when a write's
    answer was lost; C(LimitReached) when the request limit outlasts C(rate_limit_wait).
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tally = Tally()
        self.url = connection.api_url.rstrip("/")
        self._session = requests.Session()
        # Up to OpenCTI 6.5 the session of a cookie would count instead of the token.
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        # Without this, REQUESTS_CA_BUNDLE would overrule validate_certs and a .netrc the Authorization header.
        self._session.trust_env = False
        try:
            self._session.proxies = dict(requests.utils.get_environ_proxies(self.url))
        except ValueError as error:
            raise Refused(f"api_url: {self.url}: {error}. Is api_url right?") from None
        self._session.verify = (connection.ca_path or True) if connection.validate_certs else False
        if connection.client_cert:
            key = connection.client_key
            self._session.cert = (connection.client_cert, key) if key else connection.client_cert
        retry = _Patience(
            session=self, total=None, connect=1, read=False, redirect=0, status=None, other=0, raise_on_status=False
        )
        self._session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retry))
        self._session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
        if not connection.validate_certs:
            requests.packages.urllib3.disable_warnings()  # type: ignore[attr-defined]

    def start_task(self) -> None:
        """Count from nothing: a session can serve several tasks, each with its own patience."""
        self.tally = Tally()

    def patience_left(self) -> float:
        """Seconds that the task may still wait for the request limit."""
        return self.connection.rate_limit_wait - self.tally.waited

    def send(
        self, method: str, path: str, *, login: bool = False, safe: bool = False, **kwargs: t.Any
    ) -> requests.Response:
        """Send one request and count it.

        :param path: begins with a slash; it is added to the server's address.
        :param login: counts as a login instead of a read or a write.
        :param safe: it changes nothing, whatever its method: it counts as a read and may be repeated.
        :param kwargs: C(params), C(json), C(headers), C(auth) as requests takes them.
        """
        what = f"{method} {self.url}{path}"
        harmless = login or safe or method in READS
        counted = "logins" if login else "reads" if harmless else "writes"
        for left in reversed(range(TRIES if harmless else 1)):
            self.tally.count(counted)
            try:
                response = self._session.request(
                    method, self.url + path, timeout=self.connection.timeout, allow_redirects=False, **kwargs
                )
                break
            except OSError as error:  # every exception of requests is one, and a ca_path that is not there a bare one
                lost = _lost(what, error)
                if not harmless:
                    raise lost from error
                _raise_unless_repeatable(lost, error, left)
        if response.status_code == TOO_MANY_REQUESTS:
            raise LimitReached(
                f"{what}: the server's limit of requests per minute is still reached after waiting "
                f"{round(self.tally.waited)} s (rate_limit_wait)"
            )
        return response

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()


def _raise_unless_repeatable(lost: Unreachable | Unsure, error: OSError, left: int) -> None:
    """End the tries of a harmless request where another could not help, or none is left."""
    if isinstance(lost, Unreachable):
        raise lost from error
    if isinstance(error, requests.exceptions.Timeout):  # another try would only queue behind this one
        raise Unreachable(f"{lost}: give the server more time by the option timeout") from error
    if not left:
        raise Unreachable(f"{lost}, {TRIES} times. Is api_url right, and is the server up?") from error


def _lost(what: str, error: OSError) -> Unreachable | Unsure:
    """C(Unreachable) where the request cannot have reached the server, C(Unsure) where it may have."""
    if not isinstance(error, requests.exceptions.RequestException):
        return Unreachable(f"{what}: {error}. Check ca_path, client_cert and client_key.")
    if isinstance(error, requests.exceptions.InvalidHeader):  # its text quotes the header, and so may quote a secret
        return Unreachable(f"{what}: a header of this request has a character that headers cannot have")
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Unreachable(
            f"{what}: the server's certificate is not trusted: {_cause(error)}. Give the certificate of its authority "
            "as ca_path (validate_certs: false switches the check off, and with it the protection)"
        )
    cause = _cause(error)
    if isinstance(error, requests.exceptions.SSLError):
        cause = f"TLS failed: {cause}"
    if _never_sent(error):
        return Unreachable(f"{what}: {cause}. Is api_url right, and is the server up?")
    return Unsure(f"{what}: the answer was lost ({cause})")


def _never_sent(error: Exception) -> bool:
    """Whether no byte of the request went out: a malformed address, or no connection."""
    if isinstance(error, (ValueError, requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")


def _cause(error: Exception) -> str:
    """The innermost reason of a requests exception, without the object addresses that urllib3 prints."""
    inner: t.Any = error
    while getattr(inner, "args", None):
        following = getattr(inner.args[0], "reason", None) or inner.args[-1]
        if not isinstance(following, Exception):
            break
        inner = following
    return str(inner).rsplit(">: ", 1)[-1].rsplit("): ", 1)[-1] or type(inner).__name__
