import { describe, expect, it } from 'vitest'
import { dashboardText } from './dashboard.ts'
import { dashboards } from './dashboards.ts'

/** Where a panel stands, in Grafana's columns and rows. */
interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** What Grafana reads of a panel. */
interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: Place
  readonly datasource: object
  readonly targets: readonly {
    refId: string
    expr: string
    legendFormat: string
    format?: string
    datasource: object
  }[]
  readonly fieldConfig: { readonly defaults: { readonly unit: string } }
  readonly options: { readonly legend?: { readonly showLegend: boolean } }
  readonly transformations?: readonly { readonly id: string }[]
}

/** What Grafana reads of a dashboard. */
interface Read {
  readonly uid: string
  readonly templating: { readonly list: readonly { name: string; type: string; query: string | object }[] }
  readonly panels: readonly Panel[]
}

const COLUMNS = 24
/** What Grafana 10 and later have, of what panels may be and numbers may be shown as. */
const TYPES = ['timeseries', 'stat', 'table']
const UNITS = ['none', 'iops', 'ops', 'Bps', 'bytes', 's', 'percentunit']
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }
/** Grafana sets them itself. */
const BUILT_IN = ['__rate_interval', '__range', '__interval']

const read = dashboards.map(dashboard => JSON.parse(dashboardText(dashboard)) as Read)

const overlap = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

/** The variables that a text names: `$lun`, `${lun}`, `${lun:regex}`. */
const named = (text: string): string[] => [...text.matchAll(/\$\{?(\w+)/g)].flatMap(([, name]) => name ?? [])

describe.each(read.map(each => [each.uid, each] as const))(
  'what Grafana imports of %s',
  (_, { panels, templating }) => {
    it('has each panel in a place of its own, within the width of a page', () => {
      const places = panels.map(({ gridPos }) => gridPos)
      expect(places.filter(({ x, y, w, h }) => x < 0 || y < 0 || w < 1 || h < 1 || x + w > COLUMNS)).toEqual([])
      expect(places.filter((place, at) => places.slice(at + 1).some(other => overlap(place, other)))).toEqual([])
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    })

    it('shows only what Grafana knows: kinds of panels and units', () => {
      expect(panels.filter(({ type }) => !TYPES.includes(type))).toEqual([])
      expect(panels.filter(({ fieldConfig }) => !UNITS.includes(fieldConfig.defaults.unit))).toEqual([])
    })

    it('asks the Prometheus that is chosen above the panels, by names that differ', () => {
      expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' })
      for (const { datasource, targets } of panels) {
        expect([datasource, ...targets.map(target => target.datasource)]).toEqual(
          Array(targets.length + 1).fill(DATASOURCE),
        )
        expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
      }
    })

    it('names no variable but those that can be chosen, and has none that no panel asks by', () => {
      const choices = templating.list.map(({ name }) => name)
      const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => named(expr)))
      expect(asked.filter(name => ![...choices, ...BUILT_IN].includes(name))).toEqual([])
      expect(choices.slice(1).filter(name => !asked.includes(name))).toEqual([])
    })

    it('calls each line over time by a legend, and has tables of last values without their time', () => {
      const lines = panels.filter(({ type }) => type === 'timeseries')
      expect(lines.filter(({ options }) => options.legend?.showLegend !== true)).toEqual([])
      expect(lines.filter(({ targets }) => targets.some(({ legendFormat }) => legendFormat === ''))).toEqual([])
      const tables = panels.filter(({ type }) => type === 'table')
      expect(tables.filter(({ targets }) => targets.some(({ format }) => format !== 'table'))).toEqual([])
      expect(tables.filter(({ transformations }) => transformations?.[0]?.id !== 'organize')).toEqual([])
    })
  },
)
