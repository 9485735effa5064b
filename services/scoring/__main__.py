"""The scoring process: `python -m services.scoring`."""

from services.runtime import Parts, Service, serve
from services.scoring import api, handlers
from services.scoring.keyring import Keyring


async def start(parts: Parts) -> None:
    parts.state["keyring"] = Keyring.from_file(parts.settings.secrets_dir / "scoring.x25519")


if __name__ == "__main__":
    serve(Service(name="scoring", routes=api.routes, consumes=handlers.consumes, start=start, needs_kafka=True))
