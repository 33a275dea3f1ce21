"""What happens to a scene: a server that stands still, one that is killed, a disk that is full, services that are killed."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from tests.campaign.scene import Scene
from tests.campaign.servers import Server, SmallDisk

Disturbance = Callable[[], Awaitable[None]]


def one_after_the_other(*disturbances: Disturbance) -> Disturbance:
    async def disturb() -> None:
        for each in disturbances:
            await each()
    return disturb


def stands_still(server: Server, seconds: float) -> Disturbance:
    """Connections stay open, nothing answers."""
    async def disturb() -> None:
        await asyncio.sleep(0.5)
        server.pause()
        try:
            await asyncio.sleep(seconds)
        finally:
            server.resume()
    return disturb


def is_killed(server: Server, away: float) -> Disturbance:
    """`kill -9`, and after a while it is started again on the same data."""
    async def disturb() -> None:
        await asyncio.sleep(0.5)
        server.kill()
        await asyncio.sleep(away)
        await server.start()
    return disturb


def disk_is_full(disk: SmallDisk, patience: float) -> Disturbance:
    """Until mongod has ended of it, or for so many seconds; then there is room again."""
    async def disturb() -> None:
        disk.fill()
        for _ in range(round(patience * 10)):
            if disk.mongo.ended():
                print(f"  mongod ended with code {disk.mongo.process.returncode}")
                break
            await asyncio.sleep(0.1)
        else:
            print("  mongod has lived through it")
        disk.free()
        if disk.mongo.ended():
            await disk.mongo.start()
    return disturb


def services_are_killed(scene: Scene, kills: int, random: Random) -> Disturbance:
    """`kill -9` of one process after the other, each started again at once; the next may hit it before it is ready."""
    async def disturb() -> None:
        for _ in range(kills):
            await asyncio.sleep(random.uniform(0.2, 1.5))
            victim = random.choice(scene.members)
            victim.kill()
            victim.start()
        for member in scene.members:
            await asyncio.to_thread(member.wait)
    return disturb
