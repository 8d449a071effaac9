/** How Grafana shows a number: its own names of units. */
type Unit = 'none' | 'iops' | 'ops' | 'Bps' | 'bytes' | 's' | 'percentunit'

/** What a panel of a dashboard asks Prometheus, and how what it answers is called. */
export type Query = readonly [legend: string, expression: string]

/** A panel as it stands in a table. */
export interface PanelRow {
  readonly title: string
  /** What it shows, where the title does not say it. */
  readonly help?: string
  /** Lines over time where nothing is said; `number` is the last value alone, `table` has the labels of the last values. */
  readonly kind?: keyof typeof KINDS
  readonly unit: Unit
  /** Of 24 columns; half of them where nothing is said, of a number a sixth. */
  readonly columns?: number
  readonly queries: readonly Query[]
}

/** Where a panel stands. */
interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

const COLUMNS = 24
/** Of each kind: what it is called, how large it is, and how it shows what it has. */
const KINDS = {
  lines: {
    type: 'timeseries',
    columns: 12,
    height: 8,
    custom: { fillOpacity: 8, lineWidth: 1, showPoints: 'never', spanNulls: false },
    options: {
      legend: { displayMode: 'table', placement: 'right', showLegend: true, calcs: ['lastNotNull', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  },
  number: {
    type: 'stat',
    columns: 4,
    height: 4,
    custom: undefined,
    options: { colorMode: 'value', graphMode: 'area', textMode: 'auto', reduceOptions: { calcs: ['lastNotNull'] } },
  },
  table: { type: 'table', columns: 24, height: 8, custom: { filterable: true }, options: { showHeader: true } },
} as const

/** Which Prometheus is asked: the one that is chosen above the panels. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const

/** The panels of a dashboard as Grafana reads them, from left to right and downwards. */
export function panelsOf(rows: readonly PanelRow[]): object[] {
  let place: Place = { x: 0, y: 0, w: 0, h: 0 }
  return rows.map((row, at) => {
    place = placeAfter(place, row)
    return panelOf(row, at + 1, place)
  })
}

function placeAfter({ x, y, w, h }: Place, { kind = 'lines', columns }: PanelRow): Place {
  const size = { w: columns ?? KINDS[kind].columns, h: KINDS[kind].height }
  return x + w + size.w > COLUMNS ? { x: 0, y: y + h, ...size } : { x: x + w, y, ...size }
}

function panelOf({ title, help, kind = 'lines', unit, queries }: PanelRow, id: number, gridPos: Place): object {
  const { type, custom, options } = KINDS[kind]
  const targets = queries.map((query, at) => targetOf(query, { at, isTable: kind === 'table' }))
  return {
    id,
    type,
    title,
    ...(help !== undefined && { description: help }),
    gridPos,
    datasource: DATASOURCE,
    targets,
    fieldConfig: { defaults: { unit, ...(custom && { custom }) }, overrides: [] },
    options,
    ...(kind === 'table' && { transformations: [WITHOUT_TIME] }),
  }
}

const WITHOUT_TIME = {
  id: 'organize',
  options: { excludeByName: { Time: true, __name__: true, job: true }, indexByName: {}, renameByName: {} },
}

function targetOf([legendFormat, expr]: Query, { at, isTable }: { at: number; isTable: boolean }): object {
  const refId = String.fromCharCode('A'.charCodeAt(0) + at)
  const shape = isTable ? { format: 'table', instant: true, range: false } : { range: true }
  return { refId, datasource: DATASOURCE, expr, legendFormat, ...shape }
}
