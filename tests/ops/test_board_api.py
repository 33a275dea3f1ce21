"""The board over HTTP: JSON for programs, a page for browsers, and a refusal that says what would be right."""

from datetime import timedelta

from services.ops.service import SERVICE
from shared.shell.laws import broken_laws
from tests.ops.house import HTML, ops
from tests.shell.house import MONDAY


async def test_a_booking_is_on_the_board_with_its_promise_and_the_keepers_that_are_silent() -> None:
    async with ops() as house:
        await house.book("ADA")
        await house.says("ADA", "at-risk: nobody has accepted yet", expected_at="2026-11-23T15:10:00+01:00")
        board = await house.board()
        assert (board["total"], [stay["stay_id"] for stay in board["stays"]]) == (1, ["ADA"])
        assert [(p["promise"], p["state"], p["reason"]) for p in board["stays"][0]["promises"][3:5]] == [
            ("transfer-in", "at-risk", "nobody has accepted yet"),
            ("transfer-out", "planned", "waiting for the first word of transport")]
        house.house.clock.step(MONDAY + timedelta(minutes=2))
        board = await house.board()
        assert board["counts"]["promises"]["silent"] == 7
        assert board["stays"][0]["promises"][4]["reason"] == "transport has said nothing for 2 min"


async def test_the_board_owes_and_promises_nothing_and_keeps_the_laws() -> None:
    async with ops() as house:
        await house.book("ADA", "BEN")
        await house.says("ADA", "who fetched her?", status="ask")
        assert await broken_laws(house.running) == []
        assert (SERVICE.feeds, SERVICE.tells, SERVICE.promises, SERVICE.pools) == ((), (), (), ())
        assert [docs async for docs in house.running.store.states(["desk-tasks"], MONDAY, 10)] == []


async def test_the_same_board_has_the_same_etag_and_is_not_sent_again() -> None:
    async with ops() as house:
        await house.book("ADA")
        first = await house.http.get("/ops/board")
        again = await house.http.get("/ops/board", headers={"if-none-match": first.headers["etag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        await house.says("ADA", "at-risk: nobody has accepted yet")
        assert (await house.http.get("/ops/board", headers={"if-none-match": first.headers["etag"]})).status_code == 200


async def test_a_reader_asks_for_a_page_a_state_and_some_text() -> None:
    async with ops() as house:
        await house.book("ADA", "BEN", "EVA")
        await house.says("BEN", "broken: no vehicle")
        await house.says("EVA", "at-risk: nobody has accepted yet")
        asked = [await house.board(**{name: word}) for name, word in (
            ("limit", 1), ("offset", 2), ("state", "at-risk,broken"), ("q", "ad"), ("site", "belgrade"), ("q", "nobody"))]
        assert [(board["total"], [stay["stay_id"] for stay in board["stays"]]) for board in asked] == [
            (3, ["BEN"]), (3, ["ADA"]), (2, ["BEN", "EVA"]), (1, ["ADA"]), (3, ["BEN", "EVA", "ADA"]), (0, [])]


async def test_what_cannot_be_asked_is_refused_with_what_would_be_right() -> None:
    async with ops() as house:
        wrong = [await house.http.get("/ops/board", params=asked)
                 for asked in ({"site": "novi-sad"}, {"state": "green"}, {"limit": 0})]
        assert [(answer.status_code, answer.json()["errors"][0]) for answer in wrong[:2]] == [
            (404, {"field": "site", "detail": "one of belgrade"}),
            (422, {"field": "state", "detail": "one of broken, at-risk, silent, planned, confirmed, kept, not-needed"})]
        assert wrong[2].status_code == 422


async def test_a_stay_is_shown_whole_with_its_timeline_and_its_tasks() -> None:
    async with ops() as house:
        await house.book("ADA")
        await house.says("ADA", "who fetched her?", status="ask", told_by="dispatcher")
        stay = (await house.http.get("/ops/stays/ADA")).json()
        assert [(e["topic"], e["told_by"]) for e in stay["timeline"]] == [
            ("stay-booked", "intake"), ("arrival-expected", "dispatcher")]
        assert [(t["feed"], t["kind"], t["what"], t["status"]) for t in stay["tasks"]] == [
            ("desk", "arrived-otherwise", "who fetched her?", "requested")]
        assert (stay["patient_ref"], stay["desk"]["open"]) == ("P-1", 1)


async def test_a_stay_that_nobody_has_told_us_of_is_not_found() -> None:
    async with ops() as house:
        answer = await house.http.get("/ops/stays/BEG/2026")
        assert (answer.status_code, answer.headers["content-type"], answer.json()["detail"]) == (
            404, "application/problem+json", "nobody has told us of a stay BEG/2026")


async def test_a_browser_gets_a_page_that_runs_nothing_from_elsewhere() -> None:
    async with ops() as house:
        await house.book("ADA")
        for path in ("/ops/board", "/ops/stays/ADA"):
            page = await house.http.get(path, headers=HTML)
            assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
            assert "default-src 'self'" in page.headers["content-security-policy"]
            assert "//" not in page.text.replace("http://clinic", "")
            assert "<script>" not in page.text and "style=" not in page.text
            assert "P-1" in page.text


async def test_an_empty_board_says_that_it_fills_by_itself() -> None:
    async with ops() as house:
        page = (await house.http.get("/ops/board", headers=HTML)).text
        assert "No stay is like that yet: bookings appear here by themselves." in page
        assert "Nothing waits for the desk." in page


async def test_whatever_was_told_is_text_on_the_page() -> None:
    async with ops() as house:
        evil = "<script>alert('P-7781')</script>"
        await house.book("ADA", patient_ref=evil)
        await house.says("ADA", evil, status="ask")
        for path in ("/ops/board", "/ops/stays/ADA"):
            page = (await house.http.get(path, headers=HTML)).text
            assert "<script>" not in page and "&lt;script&gt;alert(&#39;P-7781&#39;)" in page


async def test_the_files_of_the_page_are_the_ones_there_are() -> None:
    async with ops() as house:
        assert (await house.http.get("/ops/board/pages/board.js")).headers["content-type"].startswith("text/javascript")
        assert (await house.http.get("/ops/board/pages/board.html")).status_code == 404


async def test_a_stay_that_is_closed_leaves_the_board() -> None:
    async with ops() as house:
        await house.book("ADA", "BEN")
        store = house.running.store
        assert (await house.board())["total"] == 2
        store.data["subjects"]["stay:BEN"]["closed_at"] = MONDAY  # type: ignore[attr-defined]
        assert [stay["stay_id"] for stay in (await house.board())["stays"]] == ["ADA"]
