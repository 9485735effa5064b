"""All that somebody who takes part does, by where they have got to."""

from __future__ import annotations

from tests.support.crowd.pairing import Pairing
from tests.support.crowd.shared import Deed


class Person(Pairing):
    def deeds(self) -> list[Deed]:
        if self.gone:
            return [self.look_back]
        if self.barred:
            return [self.register_barred]
        if not self.ids:
            if self.slip is not None:
                return [self.register_by_slip]
            if self.invited:
                return [self.take_slip]
            return [self.register_again, self.register_twice, self.register_impatiently]
        if any(self.tickets) and self.rng.random() < 0.5:
            return [self.redeem]
        writing = [self.start_one, self.start_one, self.start_twice, self.save, self.save, self.submit, self.submit]
        looking = [self.sign_in, self.sign_in_by_phone, self.who_am_i, self.who_am_i, self.mistype, self.pry]
        owning = [self.register_again, self.change_code, self.change_phone, self.dispute, self.export, self.erase_me]
        return [*writing, *writing, *looking, *owning, self.pair_device, *self._of_consents(), *self._of_a_child()]

    def _of_consents(self) -> list[Deed]:
        if all(self.agrees.values()):
            return [self.withdraw_consent, self.withdraw_another]
        return [self.agree_again, self.agree_again, self.start_one]

    def _of_a_child(self) -> list[Deed]:
        if not self.child or self.at_school:
            return []
        return [self.guardian_consents, self.guardian_withdraws, self.start_without_consent]
