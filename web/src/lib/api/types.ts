/** Names for the shapes that pages use, from the generated types. */
import type { components as quiz } from "./quiz.d.ts";
import type { components as registration } from "./registration.d.ts";
import type { components as scoring } from "./scoring.d.ts";

export type Contest = quiz["schemas"]["ContestView"];
export type Rules = quiz["schemas"]["Rules"];
export type Text = quiz["schemas"]["Text"];
export type Paper = quiz["schemas"]["PaperView"];
export type Question = quiz["schemas"]["QuestionView"];
export type Head = quiz["schemas"]["HeadView"];
export type Save = quiz["schemas"]["Save"];
export type Saved = quiz["schemas"]["SavedView"];
export type Attempt = quiz["schemas"]["AttemptView"];
export type SignedReceipt = quiz["schemas"]["SignedReceipt"];

export type Series = registration["schemas"]["SeriesView"];
export type Tree = registration["schemas"]["TreeView"];
export type Registration = registration["schemas"]["Registration"];
export type Registered = registration["schemas"]["Registered"];
export type SignIn = registration["schemas"]["SignIn"];
export type Me = registration["schemas"]["Me"];
export type Details = registration["schemas"]["Details"];
export type Consents = registration["schemas"]["ConsentsView"];
export type GuardianState = registration["schemas"]["GuardianView"];
export type GuardianChange = registration["schemas"]["GuardianChange"];

export type Results = scoring["schemas"]["Results"];
export type OwnAttempt = scoring["schemas"]["OwnAttempt"];
