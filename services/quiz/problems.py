"""The refusals of quiz."""

from services.runtime.problems import ProblemType

NOT_OPEN = ProblemType("contest-not-open", 403, "The contest has not opened yet")
CLOSED = ProblemType("contest-closed", 403, "The contest is closed")
NO_TRIES = ProblemType("tries-exhausted", 403, "No tries are left")
TOO_SOON = ProblemType("too-soon", 403, "The next try opens later")
NOT_ALLOWED = ProblemType("may-not-start", 403, "No paper may start for this person")
EXCLUDED = ProblemType("excluded", 403, "This person is excluded from the contest")
RUNNING = ProblemType("attempt-running", 409, "A paper is already open")
PEN_TAKEN = ProblemType("pen-taken", 409, "Another device has taken over this paper")
OVER = ProblemType("attempt-over", 410, "This paper is over")
BAD_ANSWER = ProblemType("bad-answer", 422, "An answer does not fit the paper")
PREDICTION_NEEDED = ProblemType("prediction-needed", 422, "The prediction is missing")
NO_TRY_TO_GIVE = ProblemType("no-try-to-give", 409, "There is no try that could be given back")
BAD_WINDOW = ProblemType("bad-window", 422, "This is no span of time that papers were open in")
NO_PAPER = ProblemType("no-paper", 503, "The paper could not be drawn")
BAD_CONTEST = ProblemType("bad-contest", 422, "The contest has faults")
REASON_NEEDED = ProblemType("reason-needed", 422, "Say why the window of an open contest changes")
"""Moving a deadline is something that everybody may ask about later."""
WINDOW_APART = ProblemType("window-apart", 422, "Move the window of an open contest by itself")
CONTEST_CHANGED = ProblemType("contest-changed", 409, "The contest has changed since this was asked for")
