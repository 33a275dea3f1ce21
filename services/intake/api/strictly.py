"""What is asked is read strictly: a word or a field that nobody knows is refused by its name, with what would be right."""

from collections.abc import Iterable
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from services.intake.rules.strict_reading import Problem, read_strictly
from shared.edge import problems
from shared.language.facts.base import Says


class Strictly:
    """`body: Annotated[Model, Strictly()]` is read by `read_strictly`, nested facts and all; its schema is the model's."""

    def __get_pydantic_core_schema__(self, model: type[Says], handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(data: Any, _: Any) -> Says:
            found = read_strictly(model, data)
            if isinstance(found, tuple):
                raise refused(found)
            return found
        return core_schema.no_info_wrap_validator_function(read, handler(model))


def refused(found: Iterable[Problem]) -> problems.Problem:
    errors = as_json(found)
    return problems.Problem(422, "Not as it should be", "; ".join(f"{e['field']}: {e['detail']}" for e in errors), errors)


def as_json(found: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"field": problem.field or "body", "detail": problem.detail} for problem in found]
