import { drawing, fixed, svgText } from '../../bench/report/svg.ts'

/** A line through points. */
interface Line {
  readonly name: string
  /** From left to right, both above 0. */
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** Lines on two logarithmic scales. */
export interface Plot {
  readonly title: string
  /** What is counted from left to right, and upwards. */
  readonly axes: readonly [across: string, up: string]
  readonly lines: readonly Line[]
}

/** Told apart by those who do not see all colours, too; the names stand at the lines as well. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7']
const [widthPx, heightPx] = [860, 420]
const [leftPx, rightPx, topPx, bottomPx] = [80, 130, 60, 50]

/** A scale from the power of ten below the least value to the one above the greatest. */
class Scale {
  readonly #low: number
  readonly #high: number
  readonly #from: number
  readonly #to: number

  constructor(values: readonly number[], [from, to]: readonly [number, number]) {
    this.#low = Math.floor(Math.log10(Math.min(...values)))
    this.#high = Math.max(Math.ceil(Math.log10(Math.max(...values))), this.#low + 1)
    ;[this.#from, this.#to] = [from, to]
  }

  at(value: number): number {
    const share = (Math.log10(value) - this.#low) / (this.#high - this.#low)
    return this.#from + share * (this.#to - this.#from)
  }

  /** The powers of ten on it. */
  get marks(): readonly number[] {
    return Array.from({ length: this.#high - this.#low + 1 }, (_, at) => 10 ** (this.#low + at))
  }
}

/** Lines as SVG, each with its name at its end. */
export function svgPlot({ title, axes: [across, up], lines }: Plot): string {
  const points = lines.flatMap(line => line.points)
  const x = new Scale(
    points.map(([value]) => value),
    [leftPx, widthPx - rightPx],
  )
  const y = new Scale(
    points.map(([, value]) => value),
    [heightPx - bottomPx, topPx],
  )
  return drawing({ title, widthPx, heightPx }, [
    svgText(16, 44, up),
    svgText((leftPx + widthPx - rightPx) / 2, heightPx - 10, across, { anchor: 'middle' }),
    ...x.marks.flatMap(mark => acrossMark(x.at(mark), mark)),
    ...y.marks.flatMap(mark => upMark(y.at(mark), mark)),
    ...lines.flatMap((line, at) => linePart(line, COLOURS[at % COLOURS.length] ?? '#000000', [x, y])),
  ])
}

const acrossMark = (x: number, mark: number): readonly string[] => [
  `<path d="M${fixed(x)} ${topPx}V${heightPx - bottomPx}" stroke="#dddddd"/>`,
  svgText(x, heightPx - bottomPx + 18, mark.toLocaleString('en-US'), { anchor: 'middle' }),
]

const upMark = (y: number, mark: number): readonly string[] => [
  `<path d="M${leftPx} ${fixed(y)}H${widthPx - rightPx}" stroke="#dddddd"/>`,
  svgText(leftPx - 8, y + 4, mark.toLocaleString('en-US'), { anchor: 'end' }),
]

function linePart({ name, points }: Line, colour: string, [x, y]: readonly [Scale, Scale]): readonly string[] {
  const places = points.map(([across, up]) => `${fixed(x.at(across))} ${fixed(y.at(up))}`)
  const [lastX = 0, lastY = 0] = places.at(-1)?.split(' ').map(Number) ?? []
  return [
    `<path d="M${places.join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(place => `<circle cx="${place.replace(' ', '" cy="')}" r="3" fill="${colour}"/>`),
    svgText(lastX + 8, lastY + 4, name),
  ]
}
