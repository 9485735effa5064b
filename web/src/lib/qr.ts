/** QR codes as the path of an SVG: sharp at any size and in print. */
import { generate } from "lean-qr";

export interface Qr {
  /** Modules along one side, with the quiet zone. */
  size: number;
  path: string;
}

const QUIET = 4;

export function qr(text: string): Qr {
  const code = generate(text);
  let path = "";
  for (let y = 0; y < code.size; y += 1)
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  return { size: code.size + 2 * QUIET, path };
}
