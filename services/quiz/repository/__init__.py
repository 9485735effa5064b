"""All SQL of quiz. Callers open and commit the transactions."""

from services.quiz.repository.attempts import attempt, attempt_of, history, lock, lock_open, read, take_pen, write_ends
from services.quiz.repository.contestants import is_over, note_contestants, revoke, set_erased, set_excluded
from services.quiz.repository.overdue import overdue, overdue_contests, raise_watermark, watermark
from services.quiz.repository.rows import ABANDONED, OPEN, SUBMITTED, Key, Row, key_of
from services.quiz.repository.starts import NewAttempt, Standing, insert, standing
from services.quiz.repository.writing import Handing, Writing, hand_in, hold_all_open, hold_closed, write_answers

__all__ = [
    "ABANDONED",
    "OPEN",
    "SUBMITTED",
    "Handing",
    "Key",
    "NewAttempt",
    "Row",
    "Standing",
    "Writing",
    "attempt",
    "attempt_of",
    "hand_in",
    "history",
    "hold_all_open",
    "hold_closed",
    "insert",
    "is_over",
    "key_of",
    "lock",
    "lock_open",
    "note_contestants",
    "overdue",
    "overdue_contests",
    "raise_watermark",
    "read",
    "revoke",
    "set_erased",
    "set_excluded",
    "standing",
    "take_pen",
    "watermark",
    "write_answers",
    "write_ends",
]
