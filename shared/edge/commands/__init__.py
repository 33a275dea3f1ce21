"""The command line: one module for each kind of thing that one does."""

import typer

from shared.edge.commands import asyncapi, demo, files, letters, rebuilding, running, topics

app = typer.Typer(name="stayward", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Keeps every promise of an all-inclusive clinic stay: facts in, tasks and promises out.")
for module in (running, demo, topics, files, letters, rebuilding, asyncapi):
    module.add_to(app)


def main() -> None:
    app()
