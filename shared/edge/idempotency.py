"""An Idempotency-Key makes a POST safe to repeat: the same key and body get the same answer, for seven days."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Header

from shared.edge.problems import Problem
from shared.shell.documents import Doc
from shared.shell.ports import Store

KEPT = timedelta(days=7)
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200,
                                   description="repeat a POST with the same key and body to get the same answer")]


class Once:
    """One POST with its key, if it has one; `body` is whatever was asked, as JSON."""

    def __init__(self, store: Store, key: str | None, path: str, body: Any) -> None:
        self.store, self.path = store, path
        self.id = f"{path} {key}" if key else None
        self.digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()

    async def answered(self) -> tuple[int, Any] | None:
        """(status, body) as it was answered before; 422 where the key had another body."""
        found = await self.store.key(self.id) if self.id else None
        if found is None:
            return None
        if found["digest"] != self.digest:
            raise Problem(422, "Key used before", "this Idempotency-Key was used with another body; take a new one",
                          [{"field": "Idempotency-Key", "detail": "a key that was not used yet"}])
        return found["status"], json.loads(found["answer"])

    def doc(self, status: int, body: Any) -> list[Doc]:
        """The key with its answer, for the transaction of what it did; expires by machine time."""
        if not self.id:
            return []
        expires = datetime.now(UTC) + KEPT  # noqa: TID251  the database expires keys by the machine's clock
        return [{"_id": self.id, "digest": self.digest, "status": status, "answer": json.dumps(body), "expires": expires}]
