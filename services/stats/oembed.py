"""oEmbed: a portal that is given a board's address learns the frame to put into its page (https://oembed.com)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Annotated
from urllib.parse import parse_qs, quote, urlsplit

from litestar import Response, get
from litestar.params import Parameter
from msgspec import Struct

from services.contracts.ids import contest_from_path, contest_to_path
from services.runtime import Parts
from services.runtime.access import Role, allow
from services.runtime.problems import Problem
from services.stats.domain.choice import in_order
from services.stats.problems import NO_CONTEST, NO_PAGE, NO_UNIT, ONLY_JSON
from services.stats.view import Shown, View

WIDTH, HEIGHT = 360, 340
_PAGE = re.compile(r"(/en)?/(?:so-lieu|nhung)/(?:([^/]+)/?)?")
# No allow-same-origin: the frame gets neither cookies nor storage.
SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"


class OEmbed(Struct, frozen=True):
    """The answer of https://oembed.com section 2.3, of type rich."""

    version: str
    type: str
    title: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    cache_age: int


Asked = Annotated[
    str, Parameter(query="url", max_length=2000, description="Address of a board, a unit's page or a widget")
]
Most = Annotated[int | None, Parameter(ge=1, le=10_000)]


@get("/api/stats/v1/oembed", guards=[allow(Role.ANYONE)])
async def oembed(
    parts: Parts, asked: Asked, maxwidth: Most = None, maxheight: Most = None, format: str = "json"
) -> Response[OEmbed]:
    """The frame of the contest's or one unit's live numbers."""
    if format != "json":
        raise Problem(ONLY_JSON, "Ask with format=json.", field="format")
    view: View = parts.state["view"]
    language, unit, contest = _parts(asked, parts.settings.origin)
    shown = _contest(view.shown, contest)
    title = shown.snapshot.contest.title.vi
    if unit is not None:
        if unit not in shown.snapshot.units:
            raise Problem(NO_UNIT, f"{unit[:100]} is not a unit of this contest.", field="url")
        title = f"{shown.snapshot.units[unit].name.vi} – {title}"
    width, height = min(WIDTH, maxwidth or WIDTH), min(HEIGHT, maxheight or HEIGHT)
    segment = contest_to_path(shown.snapshot.contest.contest_id)
    source = f"{parts.settings.origin}{language}/nhung/{quote(unit) + '/' if unit else ''}?cuoc-thi={quote(segment)}"
    html = (
        f'<iframe src="{escape(source)}" title="{escape(title)}" width="{width}" height="{height}" sandbox="{SANDBOX}" '
        'loading="lazy" style="border:0"></iframe>'
    )
    answer = OEmbed("1.0", "rich", title, "hoithi", parts.settings.origin, html, width, height, 3600)
    return Response(answer, headers={"cache-control": "public, max-age=60", "access-control-allow-origin": "*"})


def _parts(asked: str, origin: str) -> tuple[str, str | None, str | None]:
    """(language prefix, unit or None, contest or None) of an address of this site, whole or from its root."""
    address = urlsplit(asked)
    ours = not address.netloc or f"{address.scheme}://{address.netloc}" == origin
    found = _PAGE.fullmatch(address.path)
    if not ours or found is None:
        raise Problem(
            NO_PAGE, "There are frames of /so-lieu/, /so-lieu/{unit}/ and /nhung/… of this site.", field="url"
        )
    named = parse_qs(address.query).get("cuoc-thi", [None])[0]
    return found[1] or "", found[2], named and contest_from_path(named)


def _contest(shown: Mapping[str, Shown], named: str | None) -> Shown:
    """The named one, or the one that this site's board shows where none is named."""
    ordered = in_order(each.snapshot.contest for each in shown.values())
    wanted = named or (ordered[0].contest_id if ordered else "")
    if wanted not in shown:
        raise Problem(NO_CONTEST, f"{(wanted or 'No contest')[:100]} is not known here.", field="url")
    return shown[wanted]
