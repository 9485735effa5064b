"""The process of quiz: its table of contents."""

from services.quiz import api, closing, handlers
from services.quiz.wiring import prepare
from services.runtime import Service, serve

serve(
    Service(
        name="quiz",
        routes=api.routes,
        fast=api.fast,
        consumes=handlers.consumes,
        start=prepare,
        background=(
            ("book", lambda parts: parts.state["book"].follow()),
            ("sweeper", lambda parts: parts.state["sweeper"].run()),
            ("admission", lambda parts: parts.state["admission"].run()),
            ("closing", closing.run),
            ("measure", closing.measure),
        ),
    )
)
