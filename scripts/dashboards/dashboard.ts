import { foldedJson } from './folded-json.ts'
import { DATASOURCE, type PanelRow, panelsOf } from './panel.ts'

/** What can be chosen above the panels: those values of a label that the series of a selector have. */
export interface Choice {
  readonly name: string
  /** A query of Grafana: `label_values(selector, label)`. */
  readonly from: string
  /** What matches all of them. */
  readonly all: string
}

/** A dashboard as it stands in a table. */
export interface Dashboard {
  /** The last part of its address, and the name of its file. */
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly choices: readonly Choice[]
  readonly panels: readonly PanelRow[]
}

/** Which lunkitds, where there are several: every dashboard has it. */
export const INSTANCES: Choice = { name: 'instance', from: 'label_values(lunkit_up, instance)', all: '.+' }

/** Grafana 10.0: later ones take what an older one has. */
const SCHEMA = 38
const TAG = 'lunkit'

/** The JSON of a dashboard that Grafana imports. */
export function dashboardText({ uid, title, description, choices, panels }: Dashboard): string {
  const dashboard = {
    uid,
    title,
    description,
    tags: [TAG],
    schemaVersion: SCHEMA,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    links: [
      { type: 'dashboards', title: TAG, tags: [TAG], asDropdown: true, includeVars: true, keepTime: true, ...LINK },
    ],
    templating: { list: [SOURCES, ...choices.map(variableOf)] },
    panels: panelsOf(panels),
  }
  return `${foldedJson(dashboard)}\n`
}

const LINK = { icon: 'external link', targetBlank: false, tooltip: '', url: '' }
const SOURCES = { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', hide: 0 }

function variableOf({ name, from, all }: Choice): object {
  return {
    name,
    type: 'query',
    datasource: DATASOURCE,
    query: { query: from, refId: name },
    // At each change of the time range: what there is changes.
    refresh: 2,
    sort: 1,
    hide: 0,
    multi: true,
    includeAll: true,
    allValue: all,
    current: { selected: true, text: ['All'], value: ['$__all'] },
  }
}
