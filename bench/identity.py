"""Made-up people: a name, a birth date, perhaps a phone, an entry code. Nobody of them exists."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import blake2b
from uuid import UUID

from msgspec import Struct

SURNAMES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Nguyễn", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Giáp",
    "Thân", "Nông", "Vi", "Lục", "Nguyễn",
)  # fmt: skip
MIDDLES = ("Văn", "Thị", "Hữu", "Đức", "Minh", "Thu", "Ngọc", "Quang", "Thanh", "Xuân", "Hồng", "Kỳ")
NAMES = (
    "An", "Ánh", "Bình", "Chi", "Cường", "Dũng", "Duyên", "Đạt", "Giang", "Hà", "Hằng", "Hiếu", "Hòa", "Huệ", "Hưng",
    "Khánh", "Lan", "Linh", "Long", "Mai", "Nam", "Nga", "Ngân", "Nhung", "Phúc", "Phượng", "Quân", "Sơn", "Thảo",
    "Thắm", "Thủy", "Trang", "Tú", "Tuấn", "Uyên", "Vân", "Việt", "Vỹ", "Yến", "Lẵng", "Đặng", "Lợi", "Hỗ", "Chữ",
)  # fmt: skip
AGES = {"hoc-sinh": (16, 21), "can-bo": (22, 60), "luc-luong-vu-trang": (19, 55), "nguoi-dan": (18, 75)}
"""Whole years at the opening. Pupils under 16 need a guardian's consent, which the replay does not act out."""
OPENS = date(2023, 9, 1)
PHONES = 70
"""Percent of people who give a phone number."""


class Identity(Struct):
    """`key` is the Idempotency-Key of the registration, `code` the 12 digits of the entry code."""

    key: str
    name: str
    birth_date: date
    phone: str | None
    code: str


def identity(run: str, person: int, category: str) -> Identity:
    """The same for the same run (contest, seed, scale), number and category; phones are unique within a run."""
    bits = int.from_bytes(_hash(run, person), "big")
    bits, key = divmod(bits, 1 << 128)
    bits, code = divmod(bits, 10**12)
    bits, surname = divmod(bits, len(SURNAMES))
    bits, middle = divmod(bits, len(MIDDLES))
    bits, name = divmod(bits, len(NAMES))
    bits, percent = divmod(bits, 100)
    youngest, oldest = AGES[category]
    days = youngest * 366 + bits % ((oldest - youngest) * 365)
    # 7,919 has no common factor with 10^8, so no two numbers meet.
    phone = f"09{person * 7_919 % 10**8:08d}" if percent < PHONES else None
    full = f"{SURNAMES[surname]} {MIDDLES[middle]} {NAMES[name]}"
    return Identity(str(UUID(int=key, version=4)), full, OPENS - timedelta(days), phone, f"{code:012d}")


def start_key(run: str, person: int, number: int) -> str:
    """The Idempotency-Key of a person's `number`-th start."""
    return str(UUID(bytes=_hash(run, person, number)[:16], version=4))


def _hash(*parts: object) -> bytes:
    return blake2b("|".join(map(str, parts)).encode(), digest_size=32).digest()
