"""The pages, drawn by templates that escape everything; one template draws a row for the first page and for every change."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.ops.api.board import Page
from services.ops.rules import plain_words
from services.ops.rules.asked_for import Wanted
from services.ops.rules.board_row import Row
from services.ops.rules.cells import SEVERITY
from services.ops.rules.desk import Ask
from shared.language.clinic import Clinic
from shared.language.facts import Json
from shared.language.promises import KEEPERS

# A state has a word and a sign, and only then a colour.
SIGNS: Mapping[str, str] = {"broken": "✕", "at-risk": "▲", "silent": "?", "planned": "○", "confirmed": "●", "kept": "✔",
                            "not-needed": "–"}
PHASES: Mapping[str, str] = {"admitted": "in house", "nothing": "cancelled"}


class Screen:
    """Draws what it is given; a row that is the same object is drawn once, for however many readers."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.templates = Environment(loader=PackageLoader("services.ops", "pages"), autoescape=True, trim_blocks=True,
                                     lstrip_blocks=True, undefined=StrictUndefined)
        self.templates.globals.update(signs=SIGNS, phases=PHASES, keepers=KEEPERS, severity=SEVERITY, clinic=clinic)
        self.templates.filters.update(moment=self._moment, hour=self._hour, day=_day, words=plain_words.name,
                                      late=plain_words.at_least)
        self._drawn: dict[str, tuple[object, object, str]] = {}

    def row(self, row: Row, columns: Sequence[str]) -> Json:
        return {"id": row.stay_id, "order": row.order,
                "html": self._once("stay:" + row.stay_id, row, columns, "row.html", row=row, columns=columns)}

    def ask(self, ask: Ask) -> Json:
        return {"id": ask.task_id, "order": ask.order, "html": self._once("ask:" + ask.task_id, ask, None, "ask.html", ask=ask)}

    def head(self, page: Page) -> str:
        return self._draw("head.html", page=page)

    def columns(self, columns: Sequence[str]) -> str:
        return self._draw("columns.html", columns=columns)

    def board(self, page: Page, wanted: Wanted, base: str) -> str:
        return self._draw("board.html", page=page, wanted=wanted, base=base, clock=self.clock(page.now, wanted.site),
                          now=page.now, rows=[self.row(row, page.columns) for row in page.rows],
                          asks=[self.ask(ask) for ask in page.asks])

    def stay(self, about: Mapping[str, Any], base: str, now: datetime) -> str:
        return self._draw("stay.html", base=base, now=now, clock=self.clock(now, about["row"].site), **about)

    def clock(self, now: datetime, site: str | None) -> str:
        return self._moment(now, site)

    def forget(self, but: Sequence[str]) -> None:
        """What is no longer shown to anybody."""
        self._drawn = {key: drawn for key, drawn in self._drawn.items() if key in but}

    def _once(self, key: str, what: object, shape: object, template: str, **values: Any) -> str:
        drawn = self._drawn.get(key)
        if drawn is None or drawn[0] is not what or drawn[1] != shape:
            drawn = self._drawn[key] = (what, shape, self._draw(template, **values))
        return drawn[2]

    def _draw(self, template: str, **values: Any) -> str:
        return self.templates.get_template(template).render(**values)

    def _moment(self, at: datetime, site: str | None) -> str:
        return plain_words.moment(at, self.clinic.zone(site))

    def _hour(self, at: datetime, site: str | None) -> str:
        return f"{at.astimezone(self.clinic.zone(site)):%H:%M}"


def _day(on: date | None) -> str:
    return plain_words.day(on) if on else "?"
