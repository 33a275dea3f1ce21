"""The board over HTTP: JSON for programs, pages for people, and one stream that keeps a page as it is now."""

from fastapi import APIRouter

from services.ops.api.board import Board
from services.ops.api.live import Live
from services.ops.api.routes import add_board, add_files
from services.ops.api.screen import Screen
from services.ops.api.stays import add_stays
from shared.shell.running import Running


def router(running: Running) -> APIRouter:
    routes = APIRouter()
    board, screen = Board(running), Screen(running.clinic)
    add_board(routes, board, screen, Live(board, screen))
    add_files(routes)
    add_stays(routes, running, screen)  # last: `GET /stays/{id}` takes every id, also one with a slash
    return routes
