"""Every way in which registration says no. What each means, and what to do, stands in docs/problems.md."""

from services.runtime.problems import ProblemType

UNKNOWN_SERIES = ProblemType("unknown-series", 404, "There is no contest with this id")
REGISTRATION_CLOSED = ProblemType("registration-closed", 403, "Registration for this contest has ended")
FORM = ProblemType("registration-faults", 422, "Some of what was entered needs correcting")
NOT_ELIGIBLE = ProblemType("not-eligible", 403, "This contest is for other ages")
PHONE_LIMIT = ProblemType("phone-limit", 409, "This phone number stands for as many people as the contest allows")
ID_NUMBER_TAKEN = ProblemType("id-number-taken", 409, "Somebody is registered with this ID number")
TOO_MANY_REGISTRATIONS = ProblemType("too-many-registrations", 429, "Very many registrations came from this address")
WRONG_CODE = ProblemType("wrong-code", 401, "The number and the code do not belong together")
TOO_MANY_WRONG_CODES = ProblemType("too-many-wrong-codes", 429, "The code is wrong, as were too many before it")
SESSION_OVER = ProblemType("session-over", 401, "This session was ended; sign in again")
UNKNOWN_CONTESTANT = ProblemType("unknown-contestant", 404, "There is nobody with this id")
OUTSIDE_SUBTREE = ProblemType("outside-your-unit", 403, "This lies outside the unit you look after")
UNITS = ProblemType("units-faults", 422, "The list of units has faults; nothing was changed")
INVITATION_SPENT = ProblemType("invitation-spent", 410, "This invitation was used, has expired, or never was")
INVITATION_FAULTS = ProblemType("invitation-faults", 422, "Nobody can be invited like this")
INVITATION_WAITS = ProblemType("invitation-waits", 403, "A second person has not confirmed this invitation yet")
WEAK_PASSWORD = ProblemType("weak-password", 422, "The password is too short or too common")
LOGIN_TAKEN = ProblemType("login-taken", 409, "This person has an account, and the password is another one")
WRONG_PASSWORD = ProblemType("wrong-password", 401, "Login and password do not belong together")
