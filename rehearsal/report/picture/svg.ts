/** Both GitHub's light and dark pages show the picture on its own ground. */
export const COLORS = {
  page: '#f2f3f3',
  panel: '#ffffff',
  border: '#d5dbdb',
  text: '#16191f',
  quiet: '#687078',
  event: '#b0459b',
  alarm: '#fbdcd9',
} as const;

export const FONT = 'Helvetica, Arial, sans-serif';

/** A sans-serif letter is on average a good half as wide as it is high. */
const LETTER_WIDTH = 0.55;

export const widthOf = (text: string, size: number): number => text.length * size * LETTER_WIDTH;

export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly anchor?: 'start' | 'middle';
}

export function textAt(x: number, y: number, text: string, style: TextStyle = {}): string {
  const { size = 12, bold = false, color = COLORS.text, anchor = 'start' } = style;
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${color}" text-anchor="${anchor}"${weight}>${escaped(text)}</text>`;
}

/** Each text on a line of its own. */
export function textLines(x: number, y: number, lines: readonly string[], style: TextStyle = {}): string {
  const step = lineHeight(style.size);
  return lines.map((line, i) => textAt(x, y + i * step, line, style)).join('\n');
}

export const lineHeight = (size = 12): number => Math.round(size * 1.4);

export function panel(x: number, y: number, width: number, height: number): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${COLORS.panel}" stroke="${COLORS.border}"/>`;
}

/** Broken between words so that no line is wider than the width. */
export function wrapped(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ +/)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (lines.length > 0 && widthOf(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => ENTITIES[letter]!);
