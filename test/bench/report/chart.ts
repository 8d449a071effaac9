import { drawing, fixed, svgText } from './svg.ts'

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
    parts.push(svgText(labelPx - 90, y + 12, group.label, { anchor: 'end', bold: true }))
    for (const bar of group.bars) {
      parts.push(...barParts(bar, y, scale))
      y += barPx
    }
    y += gapPx
  }
  const caption = svgText(16, 42, 'medians; the line through a bar spans its rounds')
  return drawing({ title, widthPx, heightPx: y }, [caption, ...parts])
}

function barParts(bar: Bar, y: number, scale: (value: number) => number): string[] {
  const middle = y + barPx / 2
  const [low, high] = [labelPx + scale(bar.low), labelPx + scale(bar.high)]
  return [
    svgText(labelPx - 8, y + 12, bar.name, { anchor: 'end' }),
    `<rect x="${labelPx}" y="${y + 2}" width="${fixed(scale(bar.value))}" height="${barPx - 4}" fill="${colours[bar.name] ?? otherColour}"/>`,
    `<path d="M${fixed(low)} ${middle}H${fixed(high)}" stroke="#000000" stroke-width="1.5"/>`,
    svgText(Math.max(high, labelPx + scale(bar.value)) + 6, y + 12, bar.text),
  ]
}
