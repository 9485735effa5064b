/** The entry code as a picture to save: black on white, readable when printed. */
import { code as t } from "#text/code";
import { qr } from "#lib/qr.ts";
import { grouped } from "#lib/format.ts";

const WIDTH = 720;
const MARGIN = 48;

/** A data URL of a PNG. */
export function picture(number: string, code: string, title: string): string {
  const square = qr(`${number} ${code}`);
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = 1180;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  let y = 80;
  const line = (text: string, size: number, bold = false) => {
    pen.font = `${bold ? 600 : 400} ${size}px system-ui, sans-serif`;
    for (const part of wrapped(pen, text)) {
      pen.fillText(part, MARGIN, y, WIDTH - 2 * MARGIN);
      y += size * 1.5;
    }
  };
  line(title, 30, true);
  line(location.origin, 24);
  line(t.number, 24);
  line(number, 44, true);
  line(t.code, 24);
  line(grouped(code), 60, true);
  const scale = (WIDTH - 2 * MARGIN) / square.size;
  pen.translate(MARGIN, y - 20);
  pen.scale(scale, scale);
  pen.fill(new Path2D(square.path));
  return canvas.toDataURL("image/png");
}

function wrapped(pen: CanvasRenderingContext2D, text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (pen.measureText(longer).width <= WIDTH - 2 * MARGIN) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
