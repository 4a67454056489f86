# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fresh platform of a release holds: capabilities, roles, groups, markings.

A date is that of the release where that is known, else the first release seen to have it. A platform
that was upgraded can differ: changes of built-in roles only reach new platforms (FACTS, fresh platform).
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.opencti.versions import Release

# name, attribute_order, since, until. The orders of those that are younger than 6.6 are not known;
# here they follow their place in the list.
_CAPABILITIES = """
BYPASS                                           1
KNOWLEDGE                                        100
KNOWLEDGE_KNPARTICIPATE                          150
KNOWLEDGE_KNFRONTENDEXPORT                       160   6.4.11
KNOWLEDGE_KNUPDATE                               200
KNOWLEDGE_KNUPDATE_KNOWLEDGE_KNUPDATE_KNORGARESTRICT 290 - 6.1.0
KNOWLEDGE_KNUPDATE_KNORGARESTRICT                290   6.1.0
KNOWLEDGE_KNUPDATE_KNDELETE                      300
KNOWLEDGE_KNUPDATE_KNMERGE                       305   6.8.17
KNOWLEDGE_KNUPDATE_KNMANAGEAUTHMEMBERS           310
KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE             320   6.2.18
KNOWLEDGE_KNUPDATE_KNBYPASSFIELDS                330   6.2.18
KNOWLEDGE_KNUPLOAD                               400
KNOWLEDGE_KNASKIMPORT                            500
KNOWLEDGE_KNGETEXPORT                            700
KNOWLEDGE_KNGETEXPORT_KNASKEXPORT                710
KNOWLEDGE_KNENRICHMENT                           800
KNOWLEDGE_KNDISSEMINATION                        900   6.6.18
KNOWLEDGE_KNSHAREFILTERS                         910   7.260817.0
EXPLORE                                          1000
EXPLORE_EXUPDATE                                 1100
EXPLORE_EXUPDATE_EXDELETE                        1200
EXPLORE_EXUPDATE_PUBLISH                         1300  6.0.0
INVESTIGATION                                    1400  6.2.18
INVESTIGATION_INUPDATE                           1410  6.2.18
INVESTIGATION_INUPDATE_INDELETE                  1420  6.2.18
MODULES                                          2000
MODULES_MODMANAGE                                2100
CONNECTORAPI                                     2300
TAXIIAPI                                         2500
TAXIIAPI_SETCOLLECTIONS                          2510
TAXIIAPI_SETCSVMAPPERS                           2520  -      6.1.12
PIRAPI                                           2540  6.8.17
PIRAPI_PIRUPDATE                                 2550  6.8.17
AUTOMATION                                       2560  6.8.17
AUTOMATION_AUTMANAGE                             2570  6.8.17
INGESTION                                        2600  6.2.18
INGESTION_SETINGESTIONS                          2610  6.2.18
CSVMAPPERS                                       2700  6.1.12
APIACCESS                                        2800  7.260224.0
APIACCESS_USETOKEN                               2810  7.260224.0
APIACCESS_USEBASICAUTH                           2820  7.260224.0
SETTINGS                                         3000
SETTINGS_SETPARAMETERS                           3100  6.1.0
SETTINGS_SETACCESSES                             3200
SETTINGS_SETAUTH                                 3210  7.260224.0
SETTINGS_SETMARKINGS                             3300
SETTINGS_SETDISSEMINATION                        3320  6.6.18
SETTINGS_SETCUSTOMIZATION                        3350  6.1.0
SETTINGS_SETLABELS                               3400
SETTINGS_SETVOCABULARIES                         3410  6.8.17
SETTINGS_SETCASETEMPLATES                        3420  6.8.17
SETTINGS_SETSTATUSTEMPLATES                      3430  6.8.17
SETTINGS_SETKILLCHAINPHASES                      3440  6.8.17
SETTINGS_SETMANAGEXTMHUB                         3450  6.8.17
SETTINGS_SECURITYACTIVITY                        3500  6.1.0
SETTINGS_FILEINDEXING                            3600  6.1.0
SETTINGS_SUPPORT                                 3700  6.2.18
BYPASSREFERENCE                                  6000  -      6.2.18
"""

# name, since, until
_CONNECTOR_ROLE = """
KNOWLEDGE_KNUPDATE_KNDELETE
KNOWLEDGE_KNUPDATE_KNMERGE           6.8.17
KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE 6.2.18
KNOWLEDGE_KNUPDATE_KNBYPASSFIELDS    6.4.11
KNOWLEDGE_KNUPLOAD
KNOWLEDGE_KNASKIMPORT
KNOWLEDGE_KNGETEXPORT_KNASKEXPORT
KNOWLEDGE_KNENRICHMENT
CONNECTORAPI
BYPASSREFERENCE                      -          6.2.18
MODULES_MODMANAGE
TAXIIAPI
INGESTION                            6.2.18     7.260817.0
SETTINGS_SETMARKINGS
SETTINGS_SETLABELS
SETTINGS_SETVOCABULARIES             6.8.17
SETTINGS_SETKILLCHAINPHASES          6.8.17
APIACCESS_USETOKEN                   7.260224.0
"""

# definition, order, colour
_MARKINGS = """
TLP:CLEAR        1 #ffffff
TLP:GREEN        2 #2e7d32
TLP:AMBER        3 #d84315
TLP:AMBER+STRICT 4 #d84315
TLP:RED          5 #c62828
PAP:CLEAR        1 #ffffff
PAP:GREEN        2 #2e7d32
PAP:AMBER        3 #d84315
PAP:RED          4 #c62828
"""

MAX_CONFIDENCE = 100
"""Of each built-in group (app:group_confidence_level:max_confidence_default)."""

ACCOUNT_STATUSES = {
    "Active": "This account is active",
    "Expired": "This account has expired",
    "Inactive": "This account is inactive",
    "Locked": "This account is locked",
}
"""Statuses without those that a configuration can add, and what a login with them is told."""


@dataclass(frozen=True)
class DefaultRole:
    """A built-in role."""

    name: str
    description: str
    capabilities: list[str]


@dataclass(frozen=True)
class DefaultGroup:
    """A built-in group; its role is one of the built-in ones."""

    name: str
    description: str
    role: str
    default_assignation: bool = False
    auto_new_marking: bool = False
    auto_integration_assignation: tuple[str, ...] = ()


def capabilities(release: Release) -> dict[str, int]:
    """Names of the release's capabilities, with their ``attribute_order``."""
    return {row[0]: int(row[1]) for row in _rows(_CAPABILITIES, release, 2)}


def roles(release: Release) -> list[DefaultRole]:
    """The built-in roles."""
    connector = [row[0] for row in _rows(_CONNECTOR_ROLE, release, 1)]
    return [
        DefaultRole("Default", "What every member of the default group may do", ["KNOWLEDGE"]),
        DefaultRole("Administrator", "May do everything", ["BYPASS"]),
        DefaultRole("Connector", "What a connector usually needs", connector),
    ]


def groups(release: Release) -> list[DefaultGroup]:
    """The built-in groups."""
    integrations = ("global",) if release.within("6.7.0", None) else ()
    return [
        DefaultGroup("Default", "Every new user is in it", "Default", default_assignation=True),
        DefaultGroup("Administrators", "Who runs it", "Administrator", auto_new_marking=True),
        DefaultGroup(
            "Connectors",
            "Accounts of connectors",
            "Connector",
            auto_new_marking=True,
            auto_integration_assignation=integrations,
        ),
    ]


def markings() -> list[tuple[str, str, int, str]]:
    """Type, definition, order and colour of each marking; they are made after the groups."""
    rows = [line.split() for line in _MARKINGS.split("\n") if line]
    return [(row[0].split(":")[0], row[0], int(row[1]), row[2]) for row in rows]


def _rows(table: str, release: Release, dates_at: int) -> list[list[str]]:
    """Lines of a table that the release has; a ``-`` is no date."""
    found = []
    for row in (line.split() for line in table.split("\n") if line):
        dates = [None if text == "-" else text for text in row[dates_at:]]
        since, until = (*dates, None, None)[:2]
        if release.within(since, until):
            found.append(row)
    return found
