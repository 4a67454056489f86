# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run keeps in its private folder, for its tasks that follow and for its forks.

Keeping is a convenience: a full disk, a folder that is gone, a file that makes no sense are as if nothing had been
kept. None of it fails a task, which may have written to a server by then.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
import time
import typing as t

from ansible import constants

PREFIX = "secops_iam_"
FOLDERS = "ansible-local-"  # how Ansible calls the private folders of its runs
OLD_SECONDS = 3600
LOCK_SECONDS = 10  # others hold a lock for milliseconds; whoever was stopped with one in hand holds nobody up for ever
LOCK_POLL_SECONDS = 0.01
# Ansible's main process imports this before it forks its workers, so all of a run have the same secret, and no file
# has it: a file that a killed run leaves behind tells nothing of a password, however fast it can be guessed at.
RUN_SECRET = secrets.token_bytes(32)
OWN_FILE = os.O_NOFOLLOW | os.O_CLOEXEC


def private_folder() -> str:
    """The run's private folder: mode 0700, and removed at its end, unless it is killed."""
    return str(vars(constants)["DEFAULT_LOCAL_TMP"])


class KeptText:
    """A text in the run's private folder; see the core's Store.

    :param identity: who it is kept for, secrets included: what was kept for another is not told. Its first two parts,
        which are no secrets, give the file its name.
    """

    def __init__(self, identity: t.Sequence[t.Any]) -> None:
        self._proof = hmac.new(RUN_SECRET, json.dumps(identity).encode(), hashlib.sha256).hexdigest()
        name = hashlib.sha256(json.dumps(identity[:2]).encode()).hexdigest()[:32]
        self._path = os.path.join(private_folder(), PREFIX + name)

    def load(self) -> str | None:
        """The text, if it was kept for this very identity."""
        try:
            with os.fdopen(os.open(self._path, os.O_RDONLY | OWN_FILE), encoding="utf-8") as file:
                kept = json.load(file)
            proof, text = kept["proof"], kept["text"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        ours = isinstance(proof, str) and proof.isascii() and hmac.compare_digest(proof, self._proof)
        return text if ours and isinstance(text, str) else None

    def save(self, text: str) -> None:
        """Put the text in the place of an older one, whole or not at all."""
        draft = f"{self._path}.{secrets.token_hex(8)}"
        with contextlib.suppress(OSError, ValueError):
            self._write(draft, text)
            os.replace(draft, self._path)
            return
        with contextlib.suppress(OSError):  # it is not kept, and neither is half of it
            os.unlink(draft)

    def _write(self, draft: str, text: str) -> None:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | OWN_FILE, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"proof": self._proof, "text": text}, file)

    def update(self, change: t.Callable[[str | None], str]) -> str:
        """Keep what C(change) makes of the text, while no other process of the run does the same."""
        with _alone(f"{self._path}.lock"):
            text = change(self.load())
            self.save(text)
        return text


@contextlib.contextmanager
def _alone(path: str) -> t.Iterator[None]:
    """A lock, for as long as the C(with) block lasts; where there can be none, it goes without."""
    descriptor = -1
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | OWN_FILE, 0o600)
        _lock(descriptor)
        os.utime(descriptor)  # it is in use: not older than an hour
    except OSError:
        pass
    try:
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)  # and with it goes the lock


def _lock(descriptor: int) -> None:
    """Wait for a lock.

    :raises OSError: where the file cannot be locked, or nobody lets go of it.
    """
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(LOCK_POLL_SECONDS)
        else:
            return


def remove_leftovers() -> None:
    """Remove what killed runs have left behind, once a run.

    By age alone: a number of a process tells nothing of one in another container that shares the folder.
    """
    own = private_folder()
    try:
        mark = os.open(os.path.join(own, PREFIX + "started"), os.O_WRONLY | os.O_CREAT | os.O_EXCL | OWN_FILE, 0o600)
    except OSError:  # another task of the run was first, or nothing can be kept
        return
    os.close(mark)
    parent = os.path.dirname(own.rstrip(os.sep))
    for folder in _entries(parent, FOLDERS):
        if folder.path != own and folder.is_dir(follow_symlinks=False):
            for file in _entries(folder.path, PREFIX):
                _remove_if_old(file)


def _entries(folder: str, prefix: str) -> list[os.DirEntry[str]]:
    """What is in a folder and is called so; nothing where one may not look."""
    try:
        with os.scandir(folder) as found:
            return [entry for entry in found if entry.name.startswith(prefix)]
    except OSError:
        return []


def _remove_if_old(file: os.DirEntry[str]) -> None:
    with contextlib.suppress(OSError):
        about = file.stat(follow_symlinks=False)
        if stat.S_ISREG(about.st_mode) and time.time() - about.st_mtime > OLD_SECONDS:
            os.unlink(file.path)
