// Run by bench/lasthour/generator.py, which gives SETUP: a file with the contest, people who are registered, and scenarios.
import exec from "k6/execution";
import http from "k6/http";
import { sleep } from "k6";
import { SharedArray } from "k6/data";
import { Counter, Trend } from "k6/metrics";

const setup = new SharedArray("setup", () => [JSON.parse(open(__ENV.SETUP))])[0];
const people = new SharedArray("people", () => JSON.parse(open(__ENV.PEOPLE)));
const { origin, address, contest, series, closes, grace, unit, category, consent } = setup;

export const options = {
  scenarios: setup.scenarios,
  discardResponseBodies: true,
  summaryTrendStats: ["count", "min", "med", "p(90)", "p(99)", "max"],
  noConnectionReuse: false,
  thresholds: { dropped_iterations: ["count==0"] },
};

const KINDS = ["register", "sign_in", "start", "save", "submit", "board"];
const PHASES = setup.phases;
const made = {};
for (const phase of PHASES) {
  for (const kind of KINDS) {
    made[`ok ${kind} ${phase}`] = new Trend(`ok_${kind}_${phase}`, true);
    made[`told ${kind} ${phase}`] = new Trend(`told_${kind}_${phase}`, true);
    made[`bad ${kind} ${phase}`] = new Counter(`bad_${kind}_${phase}`);
  }
}
const unexpected = new Counter("unexpected");
const placed = new Counter("came_back_with_a_place");
const ranOut = new Counter("ran_out");
const tooLate = new Counter("after_closing");

const phase = () => exec.scenario.name.split("_")[0];
const now = () => Date.now() / 1000;

/** Notes how long an answer took: `ok`, `told` to come again (503), or neither. */
function note(kind, response) {
  const at = phase();
  if (response.status >= 200 && response.status < 300) made[`ok ${kind} ${at}`].add(response.timings.duration);
  else if (response.status === 503) made[`told ${kind} ${at}`].add(response.timings.duration);
  else if (response.status === 403 && now() > closes) tooLate.add(1);
  else made[`bad ${kind} ${at}`].add(1);
  return response;
}

function headers(more) {
  return { Origin: origin, "Content-Type": "application/json", ...more };
}

/** What a 503 asks to wait, as a page does it: times one to 1.3. */
function rest(response) {
  sleep((Number(response.headers["Retry-After"]) || 1) * (1 + 0.3 * Math.random()));
}

function entered() {
  const code = String(Math.floor(Math.random() * 1e12)).padStart(12, "0");
  const body = { name: "Nguyễn Văn Tải", birth_date: "1990-02-03", unit_id: unit, category, consent, code };
  const key = { "Idempotency-Key": crypto.randomUUID() };
  const url = `${address}/api/registration/v1/series/${series}/contestants`;
  const options = { headers: headers(key), responseType: "text" };
  const response = note("register", http.post(url, JSON.stringify(body), options));
  return response.status === 201 ? { ...response.json(), code } : null;
}

function signIn(person) {
  const body = JSON.stringify({ series_id: series, login: person.number, code: person.code });
  const response = http.post(`${address}/api/registration/v1/sessions`, body, { headers: headers() });
  return note("sign_in", response).status === 201;
}

/** Comes back at most `patience` times with the place it was given. */
function started(cookie, patience) {
  const key = { "Idempotency-Key": crypto.randomUUID(), ...(cookie ? { Cookie: cookie } : {}) };
  for (let tries = 0; ; tries++) {
    const url = `${address}/api/quiz/v1/contests/${contest}/attempts`;
    const response = note("start", http.post(url, null, { headers: headers(key), responseType: "text" }));
    if (response.status === 201) return response.json();
    if (response.status !== 503 || tries >= patience || now() > closes) return null;
    const place = response.json("first_refused");
    if (place) {
      key["First-Refused"] = place;
      placed.add(1);
    }
    rest(response);
  }
}

function written(paper, what, method, body) {
  const url = `${address}/api/quiz/v1/attempts/${paper.id}/${what}`;
  const key = { Authorization: `Bearer ${paper.credential}`, "Idempotency-Key": paper.id };
  const kind = what === "answers" ? "save" : "submit";
  for (let tries = 0; tries < 30; tries++) {
    const response = note(kind, http.request(method, url, JSON.stringify(body), { headers: headers(key), responseType: "text" }));
    if (response.status !== 503 && response.status !== 0) return response;
    rest(response);
  }
  return null;
}

/** A paper choice by choice; in the contest's last moments everybody hands in. */
function taken(paper) {
  const answers = {};
  let seq = 0;
  const pause = setup.paper_seconds / (setup.saves + 1);
  for (const question of paper.questions.slice(0, setup.saves)) {
    sleep(Math.min(pause * (0.5 + Math.random()), Math.max(0, closes - 1 - now())));
    if (now() > closes - 1) break;
    answers[question.id] = [question.options[Math.floor(Math.random() * question.options.length)].id];
    const one = { writer: paper.writer, seq: ++seq, answers: { [question.id]: answers[question.id] } };
    const response = written(paper, "answers", "PUT", one);
    if (response === null || response.status !== 200) return over(response);
    sleep(response.json("save_every") / 1000);
  }
  const last = { writer: paper.writer, seq: ++seq, answers, prediction: 45000 };
  const response = written(paper, "submission", "POST", last);
  if (response === null || response.status !== 200) over(response);
}

function over(response) {
  if (response !== null && response.status === 410 && now() > closes) ranOut.add(1);
  else unexpected.add(1, { status: String(response === null ? 0 : response.status) });
}

export function newcomer() {
  const person = entered();
  if (person === null || !signIn(person)) return;
  const paper = started(null, setup.patience);
  if (paper !== null) taken(paper);
}

/** Somebody of those who are registered, each time another one. */
export function returning() {
  const person = people[exec.scenario.iterationInTest % people.length];
  const patient = exec.scenario.iterationInTest % 10 < 10 * setup.patient;
  const paper = started(person, patient ? setup.patience : 0);
  if (paper !== null && paper.state === "open") taken(paper);
}

export function register() {
  entered();
}

export function board() {
  note("board", http.get(`${address}/data/contests/${contest}/${Math.random() < 0.5 ? "board" : "window"}.json`));
}

export function handleSummary(data) {
  return { [__ENV.SUMMARY]: JSON.stringify(data.metrics) };
}
