# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in pycti's own environment: one call of the official client for each line of input.

    python driver.py URL TOKEN CA_FILE

A line is JSON, ``[entity, method, arguments]``, such as ``["user", "read", {"id": "..."}]``; the
answer is a line ``{"result": ...}`` or ``{"error": ...}``. The first line of output says whether
pycti could be imported.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from typing import Any


def main(url: str, token: str, ca_file: str) -> None:
    """Answer calls until the input ends."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    try:
        import pycti  # type: ignore[import-not-found] # noqa: PLC0415 - not in the gate's environment
    except ImportError as error:
        say({"error": str(error)})
        return
    say({"result": pycti.__version__})
    client = pycti.OpenCTIApiClient(url, token, log_level="error", ssl_verify=ca_file)
    for line in sys.stdin:
        entity, method, arguments = json.loads(line)
        try:
            say({"result": getattr(getattr(client, entity), method)(**arguments)})
        except ValueError as error:  # what pycti makes of an error in an answer
            say({"error": str(error)})


def say(answer: dict[str, Any]) -> None:
    """Print one answer."""
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
