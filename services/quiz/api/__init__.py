"""The HTTP interface of quiz: papers for contestants, contests for organisers, doors for operators."""

from services.quiz import deadlines, exporting, sessions
from services.quiz.api import attempts, contests, hot, operations, relief
from services.runtime.access import Role
from services.runtime.export_api import exports
from services.runtime.second_api import confirmations

routes = [
    *attempts.routes, *contests.routes, *operations.routes, *relief.routes,
    *exports(hot.BASE, exporting.collect, sessions.check),
    *confirmations(hot.BASE, (Role.ORGANISER,), deadlines.ACTS),
]  # fmt: skip
fast = hot.routes
