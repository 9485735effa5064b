"""Papers handed in over HTTP, for pages that show how many there are."""

from __future__ import annotations

from uuid import uuid4

import httpx

from deploy.local.plain import PLAIN
from deploy.local.processes import wait_until
from tests.support.site import Person, Site


def sit(site: Site, person: Person) -> None:
    """Starts a paper and hands it in with one answer."""
    with httpx.Client(base_url=site.origin, cookies={"hoithi_session": person.cookie}, timeout=30, **PLAIN) as client:
        headers = {"origin": site.origin, "idempotency-key": uuid4().hex}
        started = client.post(f"/api/quiz/v1/contests/{site.rules.id}/attempts", headers=headers)
        assert started.status_code == 201, started.text
        paper = started.json()
        question = paper["questions"][0]
        body = {
            "writer": paper["writer"], "seq": 1, "prediction": 7,
            "answers": {question["id"]: [question["options"][0]["id"]]},
        }  # fmt: skip
        headers = {"origin": site.origin, "authorization": f"Bearer {paper['credential']}"}
        done = client.post(f"/api/quiz/v1/attempts/{paper['id']}/submission", json=body, headers=headers)
        assert done.status_code == 200, done.text


def counted(site: Site, attempts: int, registrants: int | None = None) -> None:
    """Waits until the public file of the newest contest tells of so many, in the contest and in its unit. None of these
    waits for another: they come by topics of their own, units after their contest."""

    def there() -> bool:
        answer = site.get(f"/data/contests/{site.rules.id}/board.json")
        if answer.status_code != 200:
            return False
        board = answer.json()
        counts = board["contest"]["counts"]
        of_unit = [each["n"][2] for each in board["units"] if each["id"] == site.unit]
        return (
            counts["attempts"] == attempts
            and registrants in (None, counts["registrants"])
            and of_unit in ([attempts], [None])
        )

    assert wait_until(there, 60), f"the board does not tell of {attempts} attempts and {registrants} registrants"


def crowd(site: Site, people: int) -> list[Person]:
    """A new contest in which so many people of one unit have each handed in one paper."""
    site.contest()
    found = [site.person() for _ in range(people)]
    for person in found:
        sit(site, person)
    counted(site, people, registrants=people)
    return found
