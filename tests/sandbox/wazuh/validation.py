# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request held against the API description, with the error texts of the server's framework."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jsonschema import Draft4Validator, ValidationError
from jsonschema.validators import extend
from starlette.datastructures import QueryParams

from sandbox.wazuh.errors import Problem, bad_request, joined
from sandbox.wazuh.schemas import FORMATS, Parameter, Schema

_JSON = "application/json"
_LOWERED = "resource"  # the one enumeration under /security: its values are lower-cased


def check_parameters(
    declared: Sequence[Parameter],
    query: QueryParams,
    path: dict[str, str],
    *,
    wrong_type_is_named: bool,
) -> dict[str, Any]:
    """Check and convert the parameters of a request.

    Args:
        declared: of the operation, in the order of the description.
        query: of the request.
        path: the parameters in its path.
        wrong_type_is_named: say "Wrong type, expected …" (connexion 2).

    Returns:
        Values by name, typed; defaults for those that are not there, if they have one.

    Raises:
        Problem: 400 with the first mistake.
    """
    known = {parameter.name for parameter in declared if parameter.place == "query"}
    extra = [name for name in dict.fromkeys(query.keys()) if name not in known]
    if extra:
        raise bad_request(f"Extra query parameter(s) {','.join(extra)} not in spec")
    values: dict[str, Any] = {}
    for place in ("query", "path"):
        for parameter in (one for one in declared if one.place == place):
            name = parameter.name
            texts = query.getlist(name) if place == "query" else [path[name]]
            if texts:
                values[name] = _check(parameter, texts, wrong_type_is_named=wrong_type_is_named)
            elif parameter.required:
                raise bad_request(f"Missing {place} parameter '{name}'")
            elif "default" in parameter.schema:
                values[name] = parameter.schema["default"]
    return values


def _check(parameter: Parameter, texts: list[str], *, wrong_type_is_named: bool) -> Any:
    kind = parameter.schema["type"]
    if parameter.name == _LOWERED:
        texts = [text.lower() for text in texts]
    # Given several times: lists are joined, of anything else the last one counts.
    value: Any = ",".join(texts).split(",") if kind == "array" else texts[-1]
    try:
        value = _convert(value, kind)
    except ValueError:
        if wrong_type_is_named:
            text = f"Wrong type, expected '{kind}' for {parameter.place} parameter"
            raise bad_request(f"{text} '{parameter.name}'") from None
    error = next(_validator(parameter.schema).iter_errors(value), None)
    if error is not None:
        raise bad_request(str(error))
    return value


def _convert(value: Any, kind: str) -> Any:
    if kind == "integer":
        return int(value)
    if kind == "boolean":
        if value.lower() not in ("true", "false"):
            raise ValueError
        return value.lower() == "true"
    return value


def check_content_type(content_type: str | None) -> None:
    """Refuse a body that says it is something else than JSON (connexion 3).

    Raises:
        Problem: 415.
    """
    mime = _mime_type(content_type)
    if mime is not None and mime.lower() != _JSON:
        raise Problem(
            415,
            "Unsupported Media Type",
            f"Invalid Content-type ({mime}), expected ['{_JSON}']",
        )


def is_json(content_type: str | None) -> bool:
    """Whether the body says that it is JSON."""
    mime = _mime_type(content_type)
    return mime is not None and mime.lower() == _JSON


def _mime_type(content_type: str | None) -> str | None:
    return content_type.split(";")[0].strip() if content_type is not None else None


def charset(content_type: str | None) -> str:
    """The encoding of the body, as its content type says."""
    for part in (content_type or "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"') or "utf-8"
    return "utf-8"


def check_body(schema: Schema, body: Any) -> None:
    """Check a parsed body.

    Raises:
        Problem: 400 with the first mistake and where it is.
    """
    error = next(_validator(schema).iter_errors(body), None)
    if error is not None:
        path = ".".join(map(str, error.path))
        raise bad_request(_message(error) + (f" - '{path}'" if path else ""))


def _message(error: ValidationError) -> str:
    if error.validator == "minProperties":
        # The server's older jsonschema has other words for it.
        return f"{error.instance!r} does not have enough properties"
    return error.message


def _items(validator: Any, items: Schema, instance: Any, schema: Schema) -> Iterator[Any]:
    """The keyword ``items``, at once for lists of texts: a policy may name 400,000 resources."""
    if items.keys() == {"type"} and items["type"] == "string" and isinstance(instance, list):
        if all(isinstance(one, str) for one in instance):
            return iter(())
    errors: Iterator[Any] = Draft4Validator.VALIDATORS["items"](
        validator, items, instance, schema
    )
    return errors


_Validator = extend(Draft4Validator, {"items": _items})


def _validator(schema: Schema) -> Any:
    return _Validator(schema, format_checker=FORMATS)


def tidy(detail: str) -> str:
    """A detail as the server's error handler puts it: on one line."""
    return joined([" ".join(detail.replace("\n\n", ". ").replace("\n", "").split())])
