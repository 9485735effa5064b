"""The HTTP interface of quiz: papers for contestants, contests for organisers, doors for operators."""

from services.quiz.api import attempts, contests, hot, operations

routes = [*attempts.routes, *contests.routes, *operations.routes]
fast = hot.routes
