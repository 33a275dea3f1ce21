"""`check` reads a clinic or facts file as the services would, and names every fault with its line."""

import sys
from pathlib import Path

import typer

from shared.edge.clinics import Unfit, check_facts, load_clinic


def add_to(app: typer.Typer) -> None:
    app.command()(check)


def check(file: Path) -> None:
    """Check a clinic file (.yaml) or a facts file (JSON lines)."""
    if not file.is_file():
        print(f"{file}: no such file", file=sys.stderr)
        raise typer.Exit(2)
    if file.suffix in (".yaml", ".yml"):
        try:
            clinic, _ = load_clinic(file)
        except Unfit as error:
            print(error, file=sys.stderr)
            raise typer.Exit(1) from None
        things = sum(len(names) for site in clinic.sites.values() for names in site.resources.values())
        print(f"{file}: {clinic.clinic}: {len(clinic.sites)} sites, {things} resources, {len(clinic.ladders)} ladders")
        return
    count, faults = check_facts(file)
    print("\n".join([*faults, f"{file}: {count} facts, {len(faults)} faults"]), file=sys.stderr if faults else sys.stdout)
    raise typer.Exit(1 if faults else 0)
