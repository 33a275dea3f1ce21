"""The board in a real browser: it changes without a reload, comes back by itself, and can be used without a mouse."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Route

from tests.browser.conftest import Wall
from tests.shell.house import MONDAY, booking

pytestmark = pytest.mark.asyncio(loop_scope="session")
EVIL = "<img src=x onerror=\"document.title='taken'\">"


async def says(wall: Wall, stay: str, cause: str, **more: Any) -> None:
    """The keeper of the transfer says so."""
    await wall.house.tell("arrival-expected", {"stay_id": stay, "told_at": wall.house.clock.now().isoformat(), "cause": cause,
                                               **more})
    wall.house.clock.step(wall.house.clock.now() + timedelta(seconds=1))


async def with_ada(wall: Wall, *others: str) -> None:
    for stay in ("ADA", *others):
        await wall.house.tell("stay-booked", booking(stay))
        await says(wall, stay, "confirmed: Marko accepted at 11:02")
    await wall.house.rest()


async def test_a_promise_that_breaks_is_on_the_board_without_a_reload_and_goes_to_the_top(wall: Wall) -> None:
    await with_ada(wall, "BEN", "EVA")
    await wall.open()
    await wall.page.evaluate("window.reloaded = 'not'")
    assert await wall.stays() == ["ADA", "BEN", "EVA"]
    await says(wall, "EVA", "broken: no vehicle with a wheelchair place from 14:55 to 16:10")
    await wall.shows("tr[data-id=EVA]", "no vehicle with a wheelchair place from 14:55 to 16:10")
    assert await wall.stays() == ["EVA", "ADA", "BEN"]
    await wall.house.tell("stay-booked", booking("ZOE"))
    await wall.shows("tr[data-id=ZOE]", "ZOE")
    assert await wall.text("#total") == "4 stays"
    assert await wall.page.evaluate("window.reloaded") == "not"
    assert wall.complaints == []


async def test_a_desk_task_is_accepted_and_completed_on_the_page(wall: Wall) -> None:
    await with_ada(wall)
    await says(wall, "ADA", "who fetched her?", status="ask")
    await wall.open()
    ask = wall.page.locator("#asks > li").filter(has_text="who fetched her?")
    await ask.get_by_role("button", name="Accept").click()
    await wall.shows("#asks > li .said", "Say who you are first.")
    await wall.page.fill("#me", "Vera")
    await ask.get_by_role("button", name="Accept").click()
    await ask.filter(has_text="accepted, Vera").get_by_role("button", name="Complete").click()
    await ask.wait_for(state="detached", timeout=8000)
    done = [(t["status"], t["assignee"]) for t in wall.house.feed("desk", 1) if t["kind"] == "arrived-otherwise"]
    assert done == [("completed", "Vera")]
    assert wall.complaints == []


async def test_a_move_that_is_refused_is_said_on_the_row(wall: Wall) -> None:
    await with_ada(wall)
    await says(wall, "ADA", "who fetched her?", status="ask")
    await wall.house.rest()
    await wall.open()
    await wall.page.fill("#me", "Vera")
    task = next(t for t in wall.house.feed("desk", 1) if t["kind"] == "arrived-otherwise")
    answer = await wall.page.request.post(f"{wall.address}/transport/tasks/{task['task_id']}/moves",
                                          data={"to": "accepted", "by": "Mila"})
    assert answer.ok
    ask = wall.page.locator("#asks > li").filter(has_text="who fetched her?")
    await ask.get_by_role("button", name="Complete").click()
    await wall.shows("#asks > li .said", "this task is Mila's, not Vera's")


async def test_the_page_comes_back_when_its_stream_ends_and_after_a_503(wall: Wall) -> None:
    await with_ada(wall)
    await wall.open()
    answers = [503, 503]

    async def away(route: Route) -> None:
        await (route.fulfill(status=answers.pop()) if answers else route.continue_())

    await wall.page.route("**/board/events*", away)
    wall.house.running[2].mirror.close()
    await wall.shows("#state", "reconnecting")
    await says(wall, "ADA", "at-risk: nobody has accepted yet")
    await wall.shows("tr[data-id=ADA]", "nobody has accepted yet")
    await wall.shows("#state", "live")
    assert answers == []


async def test_a_board_that_has_heard_nothing_for_half_a_minute_is_grey_and_says_since_when(wall: Wall) -> None:
    await with_ada(wall)
    await wall.page.clock.install()
    await wall.open()
    hanging: list[Route] = []
    await wall.page.route("**/board/events*", lambda route: hanging.append(route))
    await wall.page.clock.fast_forward(26_000)
    await wall.shows("#state", "reconnecting")
    assert await wall.page.locator("main.stale").count() == 0
    await wall.page.clock.run_for(5_000)
    await wall.shows("#state", "offline since Mon 16 Nov 09:00")
    assert await wall.page.locator("main.stale").count() == 1
    await hanging[-1].continue_()
    await wall.shows("#state", "live")
    assert await wall.page.locator("main.stale").count() == 0


async def test_paused_the_board_stands_still_and_then_shows_all_that_was_missed(wall: Wall) -> None:
    await with_ada(wall)
    await wall.open()
    await wall.page.check("#pause")
    await says(wall, "ADA", "at-risk: nobody has accepted yet")
    await wall.shows("#state", "changes wait")
    assert "nobody has accepted yet" not in await wall.text("#rows")
    await wall.page.uncheck("#pause")
    await wall.shows("tr[data-id=ADA]", "nobody has accepted yet")


async def test_everything_can_be_done_from_the_keyboard_and_a_hundred_changes_leave_the_focus_where_it_is(wall: Wall) -> None:
    await with_ada(wall)
    await says(wall, "ADA", "who fetched her?", status="ask")
    await wall.open()
    await wall.page.keyboard.press("Tab")
    assert await wall.text(":focus") == "to the promises"
    await wall.page.focus("#me")
    await wall.page.keyboard.type("Vera")
    ask = wall.page.locator("#asks > li").filter(has_text="who fetched her?")
    await ask.get_by_role("button", name="Accept").focus()
    held = await wall.focused()
    for number in range(100):
        await says(wall, "ADA", f"who fetched her? asked {number} times", status="ask")
    await wall.shows("#asks", "asked 99 times")
    assert (await wall.focused(), await wall.text(":focus")) == (held, "Accept")
    await wall.page.keyboard.press("Enter")
    await wall.shows("#asks", "accepted, Vera")


@pytest.mark.parametrize("path", ["/ops/board", "/ops/stays/ADA"])
async def test_at_320_pixels_nothing_has_to_be_scrolled_sideways(wall: Wall, path: str) -> None:
    await with_ada(wall)
    await says(wall, "ADA", "who fetched her?", status="ask", why="a_word_that_is_much_longer_than_any_telephone_is_wide" * 2)
    await wall.house.rest()
    await wall.page.set_viewport_size({"width": 320, "height": 800})
    await wall.page.goto(wall.address + path, wait_until="domcontentloaded")
    await wall.shows("main", "transfer in")
    assert await wall.page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_what_somebody_told_is_text_and_never_a_part_of_the_page(wall: Wall) -> None:
    await with_ada(wall)
    await wall.open()
    await says(wall, "ADA", f"at-risk: {EVIL}")
    await wall.shows("tr[data-id=ADA]", EVIL)
    assert await wall.page.title() == "Promises - Stayward"
    await wall.page.goto(f"{wall.address}/ops/stays/ADA", wait_until="domcontentloaded")
    await wall.shows("main", EVIL)
    assert await wall.page.title() == "ADA - Stayward"
    assert wall.complaints == []


async def test_the_clock_and_the_countdown_are_the_clinics(wall: Wall) -> None:
    await with_ada(wall)
    await says(wall, "ADA", "confirmed: Marko accepted", expected_at="2026-11-16T11:30:00+01:00")
    await wall.open()
    await wall.shows("tr[data-id=ADA] .countdown", "in 2 h 30 min")
    wall.house.clock.step(MONDAY + timedelta(minutes=45))
    await wall.shows("#clock", "Mon 16 Nov 09:45")
    await wall.shows("tr[data-id=ADA] .countdown", "in 1 h 45 min")


async def test_the_page_fetches_nothing_from_anywhere_else(wall: Wall) -> None:
    await with_ada(wall)
    asked: list[str] = []
    wall.page.on("request", lambda request: asked.append(request.url))
    await wall.open()
    assert [url for url in asked if not url.startswith(wall.address)] == []
    assert wall.complaints == []
