import { expect, test } from "vitest";
import { pages } from "../pages.ts";
import { ancestorsOf, headers } from "./headers.ts";

test("everybody may frame the widgets unless a list is given, and nobody anything else", () => {
  expect(ancestorsOf(undefined)).toBe("*");
  expect(ancestorsOf("  https://bacgiang.gov.vn\n https://*.edu.vn:8443 ")).toBe(
    "https://bacgiang.gov.vn https://*.edu.vn:8443",
  );
  const lines = headers(pages, "https://bacgiang.gov.vn").split("\n");
  const framed = lines.find((line) => line.startsWith("header @framed"));
  expect(framed).toContain('frame-ancestors https://bacgiang.gov.vn"');
  expect(lines.find((line) => line.startsWith("header @unframed"))).toContain("frame-ancestors 'none'\"");
});

test.each(["", "https://a.vn, https://b.vn", "a.vn; script-src *", 'https://a.vn"', "none"])(
  "a list that says something else than origins fails the build and names what is wrong: %j",
  (list) => {
    expect(() => ancestorsOf(list)).toThrow(/HOITHI_FRAME_ANCESTORS: ".*" is no origin.*Give origins/);
  },
);
