/** What Caddy adds to the built pages: policies, addresses one segment deeper, the page for what is not there. */
import type { Page } from "../pages.ts";
import { inlineScripts, policyHash } from "./html.ts";

const POLICY = [
  "default-src 'none'",
  `script-src 'self' ${inlineScripts.map(policyHash).join(" ")}`,
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

/** Pages into which the gateway puts a fragment that the board's writer keeps; they cannot be compressed in advance. */
function lively(pages: Page[]): string {
  const paths = pages.filter((page) => page.fragment).flatMap((page) => [`/${page.path}`, `/en/${page.path}`]);
  if (paths.length === 0) return "";
  return `@lively path ${paths.join(" ")}
handle @lively {
	encode zstd gzip
	templates {
		root {vars.public}
	}
	file_server
}
`;
}

const ANCESTOR = /^(\*|'self'|'none'|https:|https?:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d+|\*))?)$/i;

/**
 * Who may frame the widgets, for the policy's `frame-ancestors`: origins apart by spaces, as in
 * https://www.w3.org/TR/CSP3/#directive-frame-ancestors. Everybody, where nothing is said.
 */
export function ancestorsOf(list: string | undefined): string {
  const named = (list ?? "*").split(/\s+/).filter(Boolean);
  const wrong = named.find((each) => !ANCESTOR.test(each));
  if (wrong !== undefined || named.length === 0)
    throw new Error(
      `HOITHI_FRAME_ANCESTORS: ${JSON.stringify(wrong ?? list)} is no origin that may frame the widgets. Give origins ` +
        `apart by spaces, such as "https://bacgiang.gov.vn https://*.edu.vn", or * for everybody, or 'none'.`,
    );
  return named.join(" ");
}

/** `list`: who may frame the widgets, as `ancestorsOf` reads it. */
export function headers(pages: Page[], list: string | undefined): string {
  const ancestors = ancestorsOf(list);
  const framed = pages.filter((page) => page.embeddable).flatMap((page) => [`/${page.path}*`, `/en/${page.path}*`]);
  const deeper = pages.filter((page) => page.deeper).flatMap((page) => [`/${page.path}`, `/en/${page.path}`]);
  return `# Written by the build of web/. Imported by the gateway inside the block that serves the pages.
header X-Content-Type-Options nosniff
header Referrer-Policy strict-origin-when-cross-origin
header Cross-Origin-Opener-Policy same-origin
header Permissions-Policy "camera=(), geolocation=(), microphone=()"
${framed.length ? `@framed path ${framed.join(" ")}\n@unframed not path ${framed.join(" ")}\nheader @framed Content-Security-Policy "${POLICY}; frame-ancestors ${ancestors}"` : "@unframed path *"}
header @unframed Content-Security-Policy "${POLICY}; frame-ancestors 'none'"
${deeper.map((path, n) => `@deeper${n} path_regexp ^${path}[^/]+/$\nrewrite @deeper${n} ${path}\n@open${n} path_regexp ^${path}[^/.]+$\nredir @open${n} {path}/`).join("\n")}
${lively(pages)}@missing not file {path} {path}/index.html
handle @missing {
	rewrite * /khong-tim-thay/index.html
	file_server {
		status 404
		precompressed br gzip
	}
}
`;
}
