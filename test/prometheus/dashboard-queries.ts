import { readdirSync } from 'node:fs'
import { shippedPlace, shippedText } from './shipped-files.ts'

interface Target {
  readonly expr: string
  readonly legendFormat: string
}
interface Choice {
  readonly name: string
  readonly type: string
  readonly query: { readonly query: string }
  readonly allValue: string
}
/** As much of Grafana's JSON as is needed to ask what Grafana would ask. */
interface DashboardFile {
  readonly panels: readonly { readonly title: string; readonly targets: readonly Target[] }[]
  readonly templating: { readonly list: readonly Choice[] }
}

/** What a dashboard asks Prometheus. */
export interface DashboardQuery {
  readonly dashboard: string
  readonly panel: string
  readonly expression: string
  /** The labels that it names its lines by, or of which it offers the values. */
  readonly labels: readonly string[]
}

const LABEL_VALUES = /^label_values\((.*), (\w+)\)$/
const LEGEND_LABEL = /\{\{(\w+)\}\}/g

/** Every query of every dashboard that is shipped, with everything chosen and rates over so many seconds. */
export function dashboardQueries(rateSeconds: number): readonly DashboardQuery[] {
  return readdirSync(shippedPlace('grafana')).flatMap(name => {
    const { panels, templating } = JSON.parse(shippedText(`grafana/${name}`)) as DashboardFile
    const choices = templating.list.filter(({ type }) => type === 'query')
    const replaced = (text: string): string =>
      choices.reduce(
        (before, choice) => before.replaceAll(`$${choice.name}`, choice.allValue),
        text.replaceAll('$__rate_interval', `${rateSeconds}s`),
      )
    const asked = [...choices.map(queryOfChoice), ...panels.flatMap(queriesOfPanel)]
    return asked.map(query => ({ ...query, dashboard: name, expression: replaced(query.expression) }))
  })
}

type Asked = Omit<DashboardQuery, 'dashboard'>

function queryOfChoice({ name, query }: Choice): Asked {
  const [, expression = '', label = ''] = LABEL_VALUES.exec(query.query) ?? []
  return { panel: `choice of ${name}`, expression, labels: [label] }
}

const queriesOfPanel = ({ title, targets }: DashboardFile['panels'][number]): readonly Asked[] =>
  targets.map(({ expr, legendFormat }) => {
    const labels = [...legendFormat.matchAll(LEGEND_LABEL)].map(([, label = '']) => label)
    return { panel: title, expression: expr, labels }
  })
