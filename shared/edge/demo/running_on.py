"""The demo's clock: clinic time is stepped through the week, and runs on with the machine once somebody is to look at it."""

from datetime import datetime, timedelta

from shared.shell.clock import SteppedClock


class DemoClock(SteppedClock):
    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self._since: float | None = None

    def now(self) -> datetime:
        if self._since is None:
            return super().now()
        return super().now() + timedelta(seconds=self.elapsed() - self._since)

    def run_on(self) -> None:
        """From the last instant of the week, at real speed."""
        if self._since is None:
            self._since = self.elapsed()
