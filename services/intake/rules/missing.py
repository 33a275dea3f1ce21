"""A missing word: where it belongs, how people call it, and which word brought the need for it up."""

from dataclasses import dataclass

from shared.language.known import Path


@dataclass(frozen=True, slots=True)
class Missing:
    """`brought_up_by` is the place itself where only its own clearing can have made it missing."""

    path: Path
    phrase: str
    brought_up_by: Path

    @property
    def field(self) -> str:
        return ".".join(self.path)
