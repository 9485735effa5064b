"""Who may take part and who may start: ages, guardians, groups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.contracts.rules import RegistrationRules, Rules
from services.contracts.rules import group_of as group_of

OLDEST_YEARS = 120


def years(born: date, at: date) -> int:
    """Whole years of age; born on 29 February, one is a year older on 1 March of other years."""
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def is_of_age(born: date | None, rules: RegistrationRules) -> bool:
    """Within the contest's ages at its date; who gives no birth date where there is a limit is not."""
    if rules.age is None:
        return True
    if born is None:
        return False
    age = years(born, rules.age.at)
    return (rules.age.from_years or 0) <= age <= (OLDEST_YEARS if rules.age.to is None else rules.age.to)


def needs_guardian(born: date | None, rules: RegistrationRules, today: date) -> bool:
    """Under the age set; who gives no birth date counts as under it."""
    if rules.guardian_under is None:
        return False
    return born is None or years(born, today) < rules.guardian_under


def may_start(born: date | None, rules: RegistrationRules, today: date, guardian_consents: bool = False) -> bool:
    """No paper starts under the age set without the guardian's consent."""
    return guardian_consents or not needs_guardian(born, rules, today)


def is_barred(withdrawn: Iterable[str], rules: Rules) -> bool:
    """Whether a consent without which nobody can take part was withdrawn: what was done stays, nothing new begins."""
    return rules.consent is not None and not set(rules.consent.needed).isdisjoint(withdrawn)


def local_day(now: datetime, rules: Rules) -> date:
    return now.astimezone(ZoneInfo(rules.time_zone)).date()
