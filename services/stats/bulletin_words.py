"""The words of the board without JavaScript, in both languages of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Locale = Literal["vi", "en"]


class Words(Struct, frozen=True):
    """`sentence` takes `as_of` and `counts`, `hidden` takes `names`."""

    phases: Mapping[str, str]
    counts: Mapping[str, str]
    sentence: str
    hidden: str
    held: str
    rehearsal: str
    units: str
    unit: str
    took_part: str
    rate: str
    csv: str
    no_script: str
    zones: Mapping[str, str]
    thousands: str
    decimal: str


WORDS: Mapping[Locale, Words] = {
    "vi": Words(
        phases={
            "not_open": "Chưa bắt đầu", "open": "Đang diễn ra", "closing": "Đã hết giờ, đang nhận nốt các bài còn thời gian",
            "closed": "Đã kết thúc, đang tổng hợp kết quả", "published": "Đã công bố kết quả",
        },
        counts={
            "registrants": "người đăng ký", "participants": "người dự thi", "attempts": "lượt thi",
            "valid": "lượt thi hợp lệ", "perfect": "lượt thi đúng tất cả",
        },
        sentence="Tính đến {as_of}, cuộc thi có {counts}.",
        held="Tạm ẩn đến khi kết thúc",
        hidden="Tạm ẩn đến khi kết thúc: {names}.",
        rehearsal="Đây là buổi diễn tập. Số liệu không có giá trị.",
        units="Kết quả theo đơn vị", unit="Đơn vị", took_part="Dự thi / tổng số người", rate="Tỷ lệ dự thi",
        csv="Tải số liệu của mọi đơn vị (CSV)",
        no_script="Trang này không có JavaScript nên số liệu không tự cập nhật. Hãy tải lại trang để xem số mới.",
        zones={"Asia/Ho_Chi_Minh": "giờ Việt Nam"}, thousands=".", decimal=",",
    ),
    "en": Words(
        phases={
            "not_open": "Not yet open", "open": "Open now", "closing": "Time is up, the last papers are coming in",
            "closed": "Over, results are being prepared", "published": "Results are published",
        },
        counts={
            "registrants": "registered", "participants": "took part", "attempts": "attempts",
            "valid": "valid attempts", "perfect": "perfect attempts",
        },
        sentence="As of {as_of}: {counts}.",
        held="Hidden until the contest closes",
        hidden="Hidden until the contest closes: {names}.",
        rehearsal="This is a rehearsal. The numbers mean nothing.",
        units="Numbers by unit", unit="Unit", took_part="Took part / headcount", rate="Participation rate",
        csv="Download the numbers of every unit (CSV)",
        no_script="Without JavaScript the numbers do not renew themselves. Load the page again for new ones.",
        zones={"Asia/Ho_Chi_Minh": "Vietnam time"}, thousands=",", decimal=".",
    ),
}  # fmt: skip
