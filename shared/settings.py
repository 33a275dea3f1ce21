"""What a process is told from outside: by option, else by STAYWARD_ variable, else what works on one machine."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGED = Path(__file__).resolve().parent.parent / "deploy" / "clinics" / "belgrade.yaml"


class Settings(BaseSettings):
    """`kafka` and `mongo`: "embedded" (one machine, see the README) or an address; `partitions`: of every topic; without
    it 6, and 1 on the embedded Kafka, whose topics one process reads: each fetch names every partition. `prefix`: of all
    topics, groups and databases, for several clinics on one cluster."""

    model_config = SettingsConfigDict(env_prefix="STAYWARD_")

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = Path(".stayward")
    kafka: str = "embedded"
    mongo: str = "embedded"
    clinic: Path = PACKAGED
    clock: Path | None = None
    ready_file: Path | None = None
    partitions: int | None = None
    prefix: str = Field(default="", pattern="^[A-Za-z0-9_-]*$")
    log_level: str = "WARNING"

    @property
    def parts(self) -> int:
        return self.partitions or (1 if self.kafka == "embedded" else 6)
