# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in the run's private folder: for whom, what is in them, what becomes of them; none of it fails a task."""

from __future__ import annotations

import errno
import json
import os
import secrets
import stat
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.plugin_utils import _kept as kept
from ansible_collections.secops.iam.plugins.plugin_utils._kept import KeptText

SECRET = "Only-For-Me-1"
IDENTITY = ("https://wazuh:55000", "iam", SECRET)
HOUR = 3600


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The run's private folder, beside those of other runs."""
    own = tmp_path / "ansible-local-1000abc"
    own.mkdir(mode=0o700)
    monkeypatch.setattr(kept, "constants", SimpleNamespace(DEFAULT_LOCAL_TMP=str(own)))
    return own


def file_of(folder: Path) -> Path:
    """The only file."""
    (found,) = folder.iterdir()
    return found


class TestKeptText:
    def test_what_is_saved_is_loaded_also_by_another_task(self) -> None:
        assert KeptText(IDENTITY).load() is None
        KeptText(IDENTITY).save("a-token")
        assert KeptText(IDENTITY).load() == "a-token"
        KeptText(IDENTITY).save("a newer tokén")
        assert KeptText(IDENTITY).load() == "a newer tokén"

    @pytest.mark.parametrize(
        "other",
        [
            ("https://other:55000", "iam", SECRET),
            ("https://wazuh:55000", "other", SECRET),
            ("https://wazuh:55000", "iam", "Another-Password-1"),
            ("https://wazuh:55000", "iam", None),
            ("https://wazuh:55000", "iam"),
        ],
        ids=str,
    )
    def test_it_is_kept_for_the_very_identity_only(self, other: tuple[Any, ...]) -> None:
        KeptText(IDENTITY).save("a-token")
        assert KeptText(other).load() is None

    def test_a_change_sees_what_is_kept_and_is_kept(self) -> None:
        counted: list[str | None] = []

        def one_more(text: str | None) -> str:
            counted.append(text)
            return str(int(text or 0) + 1)

        assert KeptText(IDENTITY).update(one_more) == "1"
        assert KeptText(IDENTITY).update(one_more) == "2"
        assert counted == [None, "1"]
        assert KeptText(IDENTITY).load() == "2"


class TestSecrecy:
    def test_nobody_else_may_read_it_and_nothing_of_the_login_is_in_it(self, folder: Path) -> None:
        KeptText(IDENTITY).save("a-token")
        found = file_of(folder)
        assert stat.S_IMODE(found.stat().st_mode) == 0o600
        assert SECRET not in found.name + found.read_text(encoding="utf-8")

    def test_a_password_cannot_be_guessed_by_a_file_that_is_left_behind(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever has the file alone, and the very password, sees nothing that says that it is the one."""
        contents = set()
        for _run in range(2):
            monkeypatch.setattr(kept, "RUN_SECRET", os.urandom(32))
            assert KeptText(IDENTITY).load() is None, "another process's is none of ours"
            KeptText(IDENTITY).save("a-token")
            written = json.loads(file_of(folder).read_text(encoding="utf-8"))
            assert set(written) == {"proof", "text"}
            contents.add(written["proof"])
        assert len(contents) == 2

    @pytest.mark.parametrize("planted", ["draft", "kept"])
    def test_what_somebody_else_has_put_in_its_place_is_not_followed(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, planted: str
    ) -> None:
        KeptText(IDENTITY).save("a-token")
        victim = folder.parent / "victim"
        victim.write_text(file_of(folder).read_text(encoding="utf-8"), encoding="utf-8")
        place = file_of(folder)
        if planted == "draft":
            monkeypatch.setattr(secrets, "token_hex", lambda _size: "known")
            place = place.with_name(f"{place.name}.known")
        else:
            place.unlink()
        place.symlink_to(victim)
        before = victim.read_text(encoding="utf-8")
        if planted == "kept":
            assert KeptText(IDENTITY).load() is None
        KeptText(IDENTITY).save("another-token")
        assert victim.read_text(encoding="utf-8") == before

    def test_a_draft_that_is_there_already_is_not_written_into(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(secrets, "token_hex", lambda _size: "known")
        KeptText(IDENTITY).save("a-token")
        draft = file_of(folder).with_name(f"{file_of(folder).name}.known")
        with draft.open("w") as elsewhere:
            KeptText(IDENTITY).save("another-token")
            elsewhere.flush()
            assert os.fstat(elsewhere.fileno()).st_size == 0

    def test_two_workers_do_not_write_into_one_draft(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        drafts: list[str] = []
        real = os.replace

        def noted(draft: str, path: str) -> None:
            drafts.append(draft)
            real(draft, path)

        monkeypatch.setattr(os, "replace", noted)
        for _worker in range(2):
            KeptText(IDENTITY).save("a-token")
        assert len(set(drafts)) == 2
        assert len(list(folder.iterdir())) == 1


def counts(store: KeptText) -> str:
    return store.update(lambda text: str(int(text or 0) + 1))


class TestNothingFails:
    """Whatever is wrong with the disk, a task has something else to do, and may have done it."""

    def test_a_full_disk(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        KeptText(IDENTITY).save("1")

        def full(*_arguments: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(json, "dump", full)
        KeptText(IDENTITY).save("half a tok")
        assert KeptText(IDENTITY).load() == "1", "it is there whole or not at all"
        assert len(list(folder.iterdir())) == 1, "no half of a file is left"
        assert counts(KeptText(IDENTITY)) == "2"
        assert KeptText(IDENTITY).load() == "1"

    def test_a_folder_that_is_gone(self, folder: Path) -> None:
        KeptText(IDENTITY).save("1")
        file_of(folder).unlink()
        folder.rmdir()
        KeptText(IDENTITY).save("2")
        assert KeptText(IDENTITY).load() is None
        assert counts(KeptText(IDENTITY)) == "1"
        kept.remove_leftovers()

    def test_a_folder_in_the_place_of_the_file(self, folder: Path) -> None:
        KeptText(IDENTITY).save("1")
        place = file_of(folder)
        place.unlink()
        place.mkdir()
        KeptText(IDENTITY).save("2")
        assert KeptText(IDENTITY).load() is None
        assert list(folder.iterdir()) == [place]

    def test_a_text_that_no_file_can_hold(self) -> None:
        KeptText(IDENTITY).save("\ud800")
        KeptText(IDENTITY).load()

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "no JSON",
            "[]",
            "null",
            "7",
            '{"proof": 7}',
            '{"text": "x"}',
            '{"proof": "é", "text": "x"}',
            '{"proof": "\\ud800", "text": "x"}',
            "[" * 100_000,
            "\udcff",
        ],
        ids=lambda text: text[:12],
    )
    def test_a_file_that_makes_no_sense_is_none(self, folder: Path, text: str) -> None:
        KeptText(IDENTITY).save("a-token")
        file_of(folder).write_bytes(text.encode(errors="surrogateescape"))
        assert KeptText(IDENTITY).load() is None

    def test_a_lock_of_somebody_who_was_stopped(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a while it goes without."""
        waited: list[float] = []
        clock = SimpleNamespace(monotonic=lambda: sum(waited), sleep=waited.append)
        monkeypatch.setattr(kept, "time", clock)
        counted: list[str] = []

        def count_again(_text: str | None) -> str:
            counted.append(counts(KeptText(IDENTITY)))
            return "whatever"

        KeptText(IDENTITY).update(count_again)
        assert counted == ["1"]
        assert 10 <= sum(waited) < 11


class TestLeftovers:
    """What runs that were killed have left behind goes at the next start."""

    @pytest.fixture
    def others(self, folder: Path) -> Path:
        made = folder.with_name("ansible-local-7xyz")
        made.mkdir()
        return made

    def put(self, folder: Path, name: str, hours: float) -> Path:
        file = folder / name
        file.write_text("{}")
        then = time.time() - hours * HOUR
        os.utime(file, (then, then))
        return file

    def test_go_when_they_are_older_than_an_hour(self, others: Path) -> None:
        """By age alone: in a container, the process of that number is another one."""
        old = self.put(others, "secops_iam_1234", 1.1)
        new = self.put(others, "secops_iam_5678", 0.9)
        kept.remove_leftovers()
        assert (old.exists(), new.exists()) == (False, True)

    def test_once_a_run(self, others: Path) -> None:
        kept.remove_leftovers()
        later = self.put(others, "secops_iam_1234", 2)
        kept.remove_leftovers()
        assert later.exists()

    def test_what_is_not_ours_stays(self, folder: Path, others: Path) -> None:
        elsewhere = folder.with_name("projects")
        elsewhere.mkdir()
        stay = [
            self.put(others, "somebody_elses", 2),
            self.put(elsewhere, "secops_iam_1234", 2),
            self.put(folder, "secops_iam_of_this_very_run", 2),
        ]
        folder.with_name("ansible-local-link").symlink_to(elsewhere)
        kept.remove_leftovers()
        assert [file.exists() for file in stay] == [True] * 3

    def test_a_link_is_not_followed(self, folder: Path, others: Path) -> None:
        victim = self.put(folder.parent, "victim", 2)
        (others / "secops_iam_link").symlink_to(victim)
        kept.remove_leftovers()
        assert victim.exists()
