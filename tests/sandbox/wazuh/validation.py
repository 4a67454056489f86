# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request held against the API description, with the error texts of the server's framework."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from jsonschema import Draft4Validator, ValidationError
from jsonschema.validators import extend
from starlette.datastructures import QueryParams

from sandbox.wazuh.errors import Problem, bad_request
from sandbox.wazuh.schemas import Parameter, Schema, formats
from sandbox.wazuh.versions import Version

_JSON = "application/json"
_LOWERED = "resource"  # the one enumeration under /security: its values are lower-cased

UNREAD = object()
"""Stands for a body that is no JSON."""


def _items(validator: Any, items: Schema, instance: Any, schema: Schema) -> Iterator[Any]:
    """The keyword ``items``, at once for lists of texts: a policy may name 400,000 resources."""
    texts = items == {"type": "string"} and isinstance(instance, list)
    if texts and all(isinstance(one, str) for one in instance):
        return iter(())
    errors: Iterator[Any] = Draft4Validator.VALIDATORS["items"](validator, items, instance, schema)
    return errors


_Validator = extend(Draft4Validator, {"items": _items})  # type: ignore[no-untyped-call]


class Validation:
    """The checks of one server version.

    Args:
        version: whose words and rules.
    """

    def __init__(self, version: Version) -> None:
        self._old = version.web.old_validation
        self._formats = formats(ascii_names=version.ascii_names)

    def parameters(self, declared: Sequence[Parameter], query: QueryParams, path: dict[str, str]) -> dict[str, Any]:
        """Check and convert the parameters of a request.

        Args:
            declared: of the operation, in the order of the description.
            query: of the request.
            path: the parameters in its path.

        Returns:
            Values by name, typed; defaults for those that are not there, if they have one.

        Raises:
            Problem: 400 with the first mistake.
        """
        if self._old and not declared:
            return {}
        if self._old:
            query = QueryParams([(name, text) for name, text in query.multi_items() if text])
        in_query = [parameter for parameter in declared if parameter.place == "query"]
        in_path = [parameter for parameter in declared if parameter.place == "path"]
        self._refuse_extra(in_query, query)
        values = self._query_values(in_query, query)
        for parameter in in_path:
            values[parameter.name] = self._value(parameter, [path[parameter.name]])
        return values

    def _query_values(self, declared: Sequence[Parameter], query: QueryParams) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for parameter in declared:
            texts = query.getlist(parameter.name)
            if texts:
                values[parameter.name] = self._value(parameter, texts)
            elif parameter.required:
                raise bad_request(f"Missing query parameter '{parameter.name}'")
            elif "default" in parameter.schema:
                values[parameter.name] = parameter.schema["default"]
        return values

    def _refuse_extra(self, declared: Sequence[Parameter], query: QueryParams) -> None:
        known = {parameter.name for parameter in declared}
        extra = [name for name in dict.fromkeys(query.keys()) if name not in known]
        if extra:
            listed = (", " if self._old else ",").join(extra)
            raise bad_request(f"Extra query parameter(s) {listed} not in spec")

    def _value(self, parameter: Parameter, texts: list[str]) -> Any:
        kind = parameter.schema["type"]
        if parameter.name == _LOWERED:
            texts = [text.lower() for text in texts]
        # Given several times: lists are joined, of anything else the last one counts.
        value: Any = ",".join(texts).split(",") if kind == "array" else texts[-1]
        try:
            value = _convert(value, kind)
        except ValueError:
            if self._old:
                text = f"Wrong type, expected '{kind}' for {parameter.place} parameter"
                raise bad_request(f"{text} '{parameter.name}'") from None
        schema = parameter.with_origin if self._old else parameter.schema
        error = self._first_error(schema, value)
        if error is not None:
            raise bad_request(str(error))
        return value

    def read_body(self, raw: bytes, content_type: str | None) -> Any:
        """Parse a body.

        Returns:
            ``UNREAD`` if it is no JSON.

        Raises:
            UnicodeDecodeError: it is no text.
            LookupError: nobody knows its encoding.
            RecursionError: it is nested too deep.
        """
        text = raw.decode(_charset(content_type)) if self._old else raw
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return UNREAD

    def body(self, schema: Schema, raw: bytes, parsed: Any, content_type: str | None) -> None:
        """Check a body.

        Args:
            schema: of the operation.
            raw: as it came.
            parsed: what ``read_body`` made of it.
            content_type: of the request.

        Raises:
            Problem: 400 with the first mistake and where it is, or 415.
            UnicodeDecodeError: it is no text.
            LookupError: nobody knows its encoding.
        """
        value = (self._old_body if self._old else self._new_body)(raw, parsed, content_type)
        error = self._first_error(schema, value)
        if error is not None:
            path = ".".join(map(str, error.path))
            raise bad_request(_message(error) + (f" - '{path}'" if path else ""))

    @staticmethod
    def _new_body(raw: bytes, _parsed: Any, content_type: str | None) -> Any:
        """Connexion 3: the type counts, then the text, then the content."""
        mime = content_type.split(";")[0] if content_type is not None else None
        if mime is not None and mime.lower() != _JSON:
            text = f"Invalid Content-type ({mime}), expected ['{_JSON}']"
            raise Problem(415, "Unsupported Media Type", text)
        text = raw.decode(_charset_without_blank(content_type))
        try:
            value = json.loads(text) if text else None
        except json.JSONDecodeError as error:
            raise bad_request(str(_in_old_words(error))) from error
        if value is None:
            raise bad_request("Request body must not be empty")
        return value

    @staticmethod
    def _old_body(raw: bytes, parsed: Any, content_type: str | None) -> Any:
        """Connexion 2: the type does not count, and what is no JSON is a text."""
        if not raw:
            return None
        if parsed is UNREAD:
            return raw.decode()
        if parsed is None:
            if _mime_type(content_type) == _JSON:
                raise bad_request("Request body is not valid JSON")
            raise Problem(415, f"Invalid Content-type ({content_type or ''}), expected JSON data", "None")
        return parsed

    def is_json(self, content_type: str | None) -> bool:
        """Whether a body says that it is JSON."""
        mime = _mime_type(content_type)
        return mime == _JSON or (not self._old and mime is not None and mime.lower() == _JSON)

    def _first_error(self, schema: Schema, value: Any) -> ValidationError | None:
        validator = _Validator(schema, format_checker=self._formats)
        return next(validator.iter_errors(value), None)


def _convert(value: Any, kind: str) -> Any:
    if kind == "integer":
        return int(value)
    if kind == "boolean":
        if value.lower() not in ("true", "false"):
            raise ValueError
        return value.lower() == "true"
    return value


def _in_old_words(error: json.JSONDecodeError) -> json.JSONDecodeError:
    """The error as the server's Python tells it, which looks behind a comma (3.13 blames the comma)."""
    if not error.msg.startswith("Illegal trailing comma"):
        return error
    end = len(error.doc) - len(error.doc[error.pos + 1 :].lstrip())
    missing = "property name enclosed in double quotes" if error.doc[end] == "}" else "value"
    return json.JSONDecodeError(f"Expecting {missing}", error.doc, end)


def _mime_type(content_type: str | None) -> str | None:
    return content_type.split(";")[0].strip() if content_type is not None else None


def _charset(content_type: str | None) -> str:
    """The encoding of a body, as its content type says."""
    for part in (content_type or "").split(";")[1:]:
        name, _equals, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"') or "utf-8"
    return "utf-8"


def _charset_without_blank(content_type: str | None) -> str:
    """The encoding of a body for connexion 3, which misses it behind the usual blank."""
    named = [part[8:] for part in (content_type or "").split(";")[1:] if part[:8] == "charset="]
    return named[-1] if named else "utf-8"


def _message(error: ValidationError) -> str:
    if error.validator == "minProperties":
        # The server's older jsonschema has other words for it.
        return f"{error.instance!r} does not have enough properties"
    return error.message
