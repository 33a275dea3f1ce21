"""What nobody can read of a dish is not safe to eat for who is allergic to anything; and a told recipe says since when."""

from services.meals.rules.dishes import dishes
from shared.language.known import merge
from shared.language.reading import fact
from shared.language.resources import Resource, with_status
from tests.language.telling import at

PILAF = Resource("belgrade/dish/pilaf", frozenset({"lunch", "regular", "food:7"}), details=(
    ("contains", []), ("drinks", []), ("ingredients", ["rice"]), ("may_contain", [])))


def told(says: str) -> Resource:
    name = "belgrade/dish/pilaf"
    return with_status(PILAF, merge([fact("resource-status", f'{{"resource": "{name}", {says}}}', name, at("23 11:00"))]))


def test_a_recipe_that_cannot_be_read_is_unknown_and_not_that_of_the_clinic_file():
    assert dishes([PILAF])["pilaf"].recipe.contains == ()
    assert dishes([told('"details": "contains nuts now"')])["pilaf"].recipe.contains is None


def test_a_swapped_ingredient_counts_from_when_it_was_told():
    dish = dishes([told('"details": {"contains": ["nuts"]}')])["pilaf"]
    assert (dish.recipe.contains, dish.changed_at) == (("nuts",), at("23 11:00"))
