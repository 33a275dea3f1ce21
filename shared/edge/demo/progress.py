"""Progress for whoever watches: one line that changes on a terminal, a line for each day of the clinic elsewhere."""

import sys
from datetime import date, datetime, tzinfo
from typing import TextIO


class Progress:
    """`zone`: that of the clinic, in which its days begin."""

    def __init__(self, zone: tzinfo, out: TextIO = sys.stderr) -> None:
        self.zone, self.out = zone, out
        self._day: date | None = None
        self._steps = 0
        self._lasts = False  # a line that the next one overwrites

    def step(self, at: datetime, steps: int) -> None:
        local = at.astimezone(self.zone)
        if self.out.isatty():
            self._write(f"\r\x1b[K{local:%a %d %b %H:%M}  {steps} steps")
            self._lasts = True
        elif local.date() != self._day:
            self._write(f"{local:%a %d %b}  {steps} steps so far\n")
        self._day = local.date()

    def line(self, text: str) -> None:
        self._write(("\r\x1b[K" if self._lasts else "") + text + "\n")
        self._lasts = False

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()
