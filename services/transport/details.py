"""The details of transport's tasks: a driver reads whom to look for and what to carry, and nothing of name, diagnosis or room."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.language.facts import Json

Direction = Literal["in", "out"]
STRETCHER = "stretcher"


class _Details(BaseModel):
    """Minutes are minutes, kg kilograms, instants ISO 8601. The record of a task adds its `kind`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def as_json(self) -> Json:
        return self.model_dump(mode="json")


class OwnChair(_Details):
    powered: bool
    kg: float | None
    battery: str | None


class RideDetails(_Details):
    """One demand on the fleet. `board`: what the name board says, never a name. `seats` are for people who sit on one;
    `wheelchairs`, `stretchers`: places; `kg`: of the heaviest wheelchair place, with who sits in it; `luggage`: pieces, folded
    chairs among them; `cards`: instructions for the driver; `crew`: people it takes, the driver among them."""

    direction: Direction
    board: str | None = None
    flight: str | None = None
    terminal: str | None = None
    assistance: str | None = None
    mobility: str | None = None
    seats: int = 0
    wheelchairs: int = 0
    stretchers: int = 0
    people: int = 0
    kg: int = 0
    luggage: int = 0
    chair: OwnChair | None = None
    languages: tuple[str, ...] = ()
    may_share: bool = False
    party: str | None = None
    from_place: str
    to_place: str
    load_minutes: int = 0
    ride_minutes: int = 0
    crew: int = 1
    cards: tuple[str, ...] = ()


class CrewDetails(_Details):
    """The second of the two who carry a stretcher: the same vehicle and trip as the driver's."""

    direction: Direction
    board: str | None
    mobility: str = STRETCHER
    cards: tuple[str, ...] = ()


class Question(_Details):
    """A desk task. `what` is the sentence for people; `role`: who decides."""

    what: str
    role: str = "desk"


class Trip(_Details):
    """What assign writes as chosen. Rides with one `trip_id` are one trip; `pick_up_at`: when it leaves the meeting point;
    `left` and `because`: which vehicle or driver was lost, and why; `doubt`: what speaks against a ride that is under way."""

    trip_id: str | None = None
    pick_up_at: str | None = None
    left: str | None = None
    because: str | None = None
    doubt: str | None = None

    def as_json(self) -> Json:
        return self.model_dump(mode="json", exclude_none=True)
