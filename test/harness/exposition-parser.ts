/** A sample of an exposition. */
type Sample = {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A family of an exposition, with its samples. */
export type ParsedFamily = {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const HEAD = /^# (?<what>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.*)$/
const SAMPLE = /^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/
const LABEL = /^(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(?:[^"\\\n]|\\["\\n])*)"(?:,|$)/
const VALUE = /^(?:NaN|[+-]Inf|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i
const TYPES = ['counter', 'gauge', 'histogram']
const UNESCAPED: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' }

/** A family that is being read. */
type Reading = { readonly name: string; type: string; readonly help: string; readonly samples: Sample[] }

/**
 * Reads Prometheus' text format 0.0.4 as strictly as it may be written: HELP and TYPE of each family once, before its samples and those
 * together; no series twice; counters that end in `_total` and are not negative; histograms whole, with buckets that rise.
 * @throws Error with the line that is wrong
 */
export function parseExposition(text: string): ReadonlyMap<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const reader = new ExpositionReader()
  for (const line of text.split('\n').slice(0, -1)) if (line !== '') reader.read(line)
  for (const family of reader.families.values()) checkFamily(family)
  return reader.families
}

class ExpositionReader {
  readonly families = new Map<string, Reading>()
  readonly #series = new Set<string>()
  #last: Reading | undefined

  read(line: string): void {
    const { what, name = '', text = '' } = HEAD.exec(line)?.groups ?? {}
    if (what === 'HELP') this.#help(name, text)
    else if (what === 'TYPE') this.#type(name, text)
    else this.#sample(line)
  }

  #help(name: string, help: string): void {
    if (this.families.has(name)) throw new Error(`${name} is a family twice`)
    this.#last = { name, type: '', help, samples: [] }
    this.families.set(name, this.#last)
  }

  #type(name: string, type: string): void {
    const last = this.#last
    if (last?.name !== name || last.type !== '' || !TYPES.includes(type))
      throw new Error(`the TYPE ${type} of ${name} is none, or not behind its HELP`)
    last.type = type
  }

  #sample(line: string): void {
    const last = this.#last
    const sample = sampleOf(line)
    if (last === undefined || last.type === '' || !belongs(sample.name, last))
      throw new Error(`a sample of no family: ${line}`)
    const series = line.slice(0, line.lastIndexOf(' '))
    if (this.#series.has(series)) throw new Error(`a series twice: ${line}`)
    this.#series.add(series)
    last.samples.push(sample)
  }
}

function sampleOf(line: string): Sample {
  const { name = '', labels = '', value = '' } = SAMPLE.exec(line)?.groups ?? {}
  if (name === '' || !VALUE.test(value)) throw new Error(`no sample: ${line}`)
  return { name, labels: labelsOf(labels, line), value: Number(value.replace('Inf', 'Infinity')) }
}

function labelsOf(text: string, line: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {}
  for (let rest = text; rest !== ''; ) {
    const [whole = '', name = '', value = ''] = LABEL.exec(rest) ?? []
    if (whole === '' || name in labels) throw new Error(`wrong labels: ${line}`)
    labels[name] = value.replaceAll(/\\["\\n]/g, each => UNESCAPED[each] ?? '')
    rest = rest.slice(whole.length)
  }
  return labels
}

function belongs(sample: string, { name, type }: { readonly name: string; readonly type: string }): boolean {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample) : sample === name
}

function checkFamily(family: ParsedFamily): void {
  const { name, type, samples } = family
  if (type === '') throw new Error(`${name} has no TYPE`)
  if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`${name} is a ${type}`)
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} is below 0`)
  if (type === 'histogram') checkHistogram(family)
}

function checkHistogram({ name, samples }: ParsedFamily): void {
  const series = Map.groupBy(samples, ({ labels }) => JSON.stringify({ ...labels, le: undefined }))
  for (const [labels, all] of series) {
    const valueOf = (suffix: string): number | undefined => all.find(sample => sample.name === name + suffix)?.value
    const buckets = all
      .filter(sample => sample.name === `${name}_bucket`)
      .map(({ labels: { le = '' }, value }) => ({ le: Number(le.replace('Inf', 'Infinity')), value }))
    const rises = buckets.every(({ le, value }, at) => {
      const { le: before, value: least } = buckets[at - 1] ?? { le: -1, value: 0 }
      return le > before && value >= least
    })
    const last = buckets.at(-1)
    if (
      !rises ||
      last?.le !== Number.POSITIVE_INFINITY ||
      last.value !== valueOf('_count') ||
      valueOf('_sum') === undefined
    )
      throw new Error(`${name} is no histogram at ${labels}`)
  }
}
