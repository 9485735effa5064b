import { describe, expect, test } from "vitest";
import { Answers, PREDICTION, unwire, wire } from "./answers.ts";

function saved(answers: Answers): void {
  const batch = answers.take();
  if (batch) answers.acknowledge(batch);
}

describe("a tick", () => {
  test("comes with the acknowledgement and not before", () => {
    const answers = new Answers();
    answers.choose("q1", ["a"]);
    expect(answers.mark("q1")).toBe("pending");
    const batch = answers.take();
    expect(answers.mark("q1")).toBe("pending");
    if (batch) answers.acknowledge(batch);
    expect(answers.mark("q1")).toBe("saved");
  });

  test("does not come from the acknowledgement of an earlier choice", () => {
    const answers = new Answers();
    answers.choose("q1", ["a"]);
    const first = answers.take();
    answers.choose("q1", ["b"]);
    if (first) answers.acknowledge(first);
    expect(answers.mark("q1")).toBe("pending");
  });

  test("does not come by going back to the old choice while another one is on its way", () => {
    const answers = new Answers();
    answers.choose("q1", ["a"]);
    saved(answers);
    answers.choose("q1", ["b"]);
    const lost = answers.take();
    expect(lost?.values["q1"]).toEqual(["b"]);
    answers.choose("q1", ["a"]);
    expect(answers.mark("q1")).toBe("pending");
  });

  test("stays when one goes back to what is saved and nothing is on its way", () => {
    const answers = new Answers();
    answers.choose("q1", ["a"]);
    saved(answers);
    answers.choose("q1", ["b"]);
    answers.choose("q1", ["a"]);
    expect(answers.mark("q1")).toBe("saved");
    expect(answers.take()).toBeNull();
  });
});

test("a number is never used twice, also after a reload", () => {
  const answers = new Answers();
  answers.choose("q1", ["a"]);
  expect(answers.take()?.seq).toBe(1);
  const reloaded = new Answers(structuredClone(answers.keep()));
  expect(reloaded.take()?.seq).toBe(2);
});

describe("taking the pen back", () => {
  test("sends what waits where the other device changed nothing", () => {
    const answers = Answers.fromServer({ q1: ["a"] });
    answers.choose("q1", ["b"]);
    expect(answers.merge({ q1: ["a"] }, ["q1"])).toEqual([]);
    expect(answers.value("q1")).toEqual(["b"]);
    expect(answers.mark("q1")).toBe("pending");
  });

  test("lets the other device's newer answer stand, and says so", () => {
    const answers = Answers.fromServer({ q1: ["a"] });
    answers.choose("q1", ["b"]);
    expect(answers.merge({ q1: ["c"] }, ["q1"])).toEqual(["q1"]);
    expect(answers.value("q1")).toEqual(["c"]);
    expect(answers.mark("q1")).toBe("saved");
  });

  test("knows its own save whose answer was lost", () => {
    const answers = Answers.fromServer({ q1: ["a"] });
    answers.choose("q1", ["b"]);
    answers.take();
    answers.choose("q1", ["c"]);
    expect(answers.merge({ q1: ["b"] }, ["q1"])).toEqual([]);
    expect(answers.value("q1")).toEqual(["c"]);
  });

  test("takes over what the other device answered", () => {
    const answers = Answers.fromServer({});
    expect(answers.merge({ q2: ["x"], [PREDICTION]: ["5"] }, ["q1", "q2", PREDICTION])).toEqual(["q2", PREDICTION]);
    expect(answers.value("q2")).toEqual(["x"]);
  });
});

test("the prediction travels beside the questions", () => {
  expect(wire({ q1: ["a"], [PREDICTION]: ["120"] })).toEqual({ answers: { q1: ["a"] }, prediction: 120 });
  expect(unwire({ answers: { q1: ["a"] }, prediction: 0 })).toEqual({ q1: ["a"], [PREDICTION]: ["0"] });
});
