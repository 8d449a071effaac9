/** A bar with the span of its rounds. */
export type Bar = {
  /** Whose it is: bars of one name have one colour. */
  readonly name: string
  readonly value: number
  readonly low: number
  readonly high: number
  /** The value as a person reads it. */
  readonly text: string
}

/** Bars that stand together. */
type BarGroup = { readonly label: string; readonly bars: readonly Bar[] }

/** A chart of horizontal bars on one linear scale that begins at 0. */
export type Chart = { readonly title: string; readonly groups: readonly BarGroup[] }

/** Told apart by those who do not see all colours, too, and on a dark page as well. */
const colours: Readonly<Record<string, string>> = {
  lunkitd: '#0072b2',
  polling: '#56b4e9',
  tgtd: '#d55e00',
  istgt: '#009e73',
  plain: '#8c8c8c',
  echo: '#b8a000',
}
const otherColour = '#cc79a7'

const widthPx = 860
const labelPx = 250
const valuePx = 120
const barPx = 16
const gapPx = 12
const headPx = 58

/** A chart as SVG: every bar with its name and value as text, so that nothing is told by colour alone. */
export function svgChart({ title, groups }: Chart): string {
  const most = Math.max(...groups.flatMap(group => group.bars.map(bar => bar.high)), Number.MIN_VALUE)
  const scale = (value: number) => (value / most) * (widthPx - labelPx - valuePx)
  const parts: string[] = []
  let y = headPx
  for (const group of groups) {
    parts.push(text(labelPx - 90, y + 12, group.label, { anchor: 'end', bold: true }))
    for (const bar of group.bars) {
      parts.push(...barParts(bar, y, scale))
      y += barPx
    }
    y += gapPx
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${y}" width="${widthPx}" height="${y}" role="img" aria-label="${escape(title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${widthPx}" height="${y}" fill="#ffffff"/>`,
    text(16, 24, title, { bold: true }),
    text(16, 42, 'medians; the line through a bar spans its rounds'),
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

function barParts(bar: Bar, y: number, scale: (value: number) => number): string[] {
  const middle = y + barPx / 2
  const [low, high] = [labelPx + scale(bar.low), labelPx + scale(bar.high)]
  return [
    text(labelPx - 8, y + 12, bar.name, { anchor: 'end' }),
    `<rect x="${labelPx}" y="${y + 2}" width="${fixed(scale(bar.value))}" height="${barPx - 4}" fill="${colours[bar.name] ?? otherColour}"/>`,
    `<path d="M${fixed(low)} ${middle}H${fixed(high)}" stroke="#000000" stroke-width="1.5"/>`,
    text(Math.max(high, labelPx + scale(bar.value)) + 6, y + 12, bar.text),
  ]
}

type TextStyle = { readonly anchor?: 'end'; readonly bold?: boolean }

function text(x: number, y: number, content: string, { anchor, bold }: TextStyle = {}): string {
  const style = `${anchor ? ` text-anchor="${anchor}"` : ''}${bold ? ' font-weight="600"' : ''}`
  return `<text x="${fixed(x)}" y="${y}"${style}>${escape(content)}</text>`
}

function fixed(value: number): string {
  return value.toFixed(1)
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
