"""Reads a contest folder: `contest.yaml`, `questions.yaml`, `units.yaml` or `units.csv`, and `excluded.csv`.

`read_folder` returns everything or raises `FolderFaults` with every fault at once. Format: docs/contest-folder.md.
"""

from services.folder.checks import check
from services.folder.faults import Fault, FolderFaults
from services.folder.model import Bank, ContestFolder, Excluded, Option, Question, Unit, subtree_headcounts
from services.folder.read import read_folder
from services.folder.wire import shift_window, to_wire

__all__ = [
    "Bank",
    "ContestFolder",
    "Excluded",
    "Fault",
    "FolderFaults",
    "Option",
    "Question",
    "Unit",
    "check",
    "read_folder",
    "shift_window",
    "subtree_headcounts",
    "to_wire",
]
