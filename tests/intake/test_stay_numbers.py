"""The number of a stay says its house, its year and its turn."""

from services.intake.rules.stay_numbers import series, stay_number
from shared.language.clinic import Clinic
from tests.intake.ada import BELGRADE


def test_a_house_is_its_first_three_letters_unless_the_clinic_file_says_otherwise() -> None:
    settled = Clinic.model_validate({**BELGRADE.model_dump(), "settings": {"intake": {"stay_prefix": {"belgrade": "BEG"}}}})
    assert [series(BELGRADE, "belgrade", 2026), series(settled, "belgrade", 2026)] == ["BEL-2026", "BEG-2026"]
    assert [series(BELGRADE, "st-ana", 2027), series(BELGRADE, "12", 2027)] == ["STA-2027", "STAY-2027"]


def test_a_turn_has_four_digits_or_as_many_as_it_needs() -> None:
    assert [stay_number("BEG-2026", 412), stay_number("BEG-2026", 10_412)] == ["BEG-2026-0412", "BEG-2026-10412"]
