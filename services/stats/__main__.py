"""The stats process: `python -m services.stats`."""

from services.runtime import Parts, Service, serve
from services.stats import api, handlers, publisher
from services.stats.stream import Viewers, pulse
from services.stats.view import View


async def start(parts: Parts) -> None:
    parts.state.update(view=View(parts.pool), viewers=Viewers())


if __name__ == "__main__":
    background = (("view", publisher.refresh), ("publisher", publisher.run), ("pulse", pulse))
    serve(
        Service(
            "stats",
            api.routes,
            consumes=handlers.consumes,
            background=background,
            start=start,
            needs_kafka=True,
            outbox=False,
            yields=(api.BOARDS,),
        )
    )
