import { type Dashboard, INSTANCES } from './dashboard.ts'
import type { PanelRow, Query } from './panel.ts'

const L = 'instance=~"$instance", lun=~"$lun"'
const PER = '[$__rate_interval]'

/** A quantile of a histogram, by the labels that tell its lines apart. */
const quantile = (of: number, histogram: string, { by = '', where = '' } = {}): string =>
  `histogram_quantile(${of}, sum by (${by === '' ? '' : `${by}, `}le) (rate(${histogram}_bucket{${L}${where}}${PER})))`

/** How long one kind of command takes. */
const durations = (title: string, op: string): PanelRow => ({
  title,
  unit: 's',
  queries: [0.5, 0.99, 0.999].map((of): Query => {
    return [`p${of * 100}`, quantile(of, 'lunkit_lun_operation_duration_seconds', { where: `, op="${op}"` })]
  }),
})

const rates = (title: string, label: string, counter: string): PanelRow => ({
  title,
  unit: 'ops',
  queries: [[`{{${label}}}`, `sum by (${label}) (rate(${counter}{${L}}${PER}))`]],
})

/** One LUN, or several together. */
export const lunDashboard: Dashboard = {
  uid: 'lunkit-lun',
  title: 'lunkit / LUN',
  description: 'One LUN, or several together: what is asked of them, how long it takes and where, and what goes wrong.',
  choices: [
    INSTANCES,
    { name: 'lun', from: 'label_values(lunkit_lun_state{instance=~"$instance"}, lun)', all: '[^_].*' },
  ],
  panels: [
    {
      title: 'Size, and what of it takes room',
      kind: 'number',
      unit: 'bytes',
      queries: [
        ['size', `sum(lunkit_lun_size_bytes{${L}})`],
        ['takes', `sum(lunkit_lun_allocated_bytes{${L}})`],
      ],
    },
    {
      title: 'State',
      kind: 'number',
      unit: 'none',
      columns: 8,
      queries: [['{{state}}', `sum by (state) (lunkit_lun_state{${L}})`]],
    },
    {
      title: 'Acknowledged and not flushed',
      kind: 'number',
      unit: 'bytes',
      queries: [['', `sum(lunkit_store_unflushed_bytes{${L}})`]],
    },
    {
      title: 'Reads and writes beyond the objective',
      help: 'The part of them that took more than 50 ms in the last hour. 1 % is allowed.',
      kind: 'number',
      unit: 'percentunit',
      columns: 8,
      queries: [['{{lun}}', `lun:lunkit_slow_operations:ratio_rate1h{${L}}`]],
    },
    {
      title: 'Operations a second',
      unit: 'iops',
      queries: [['{{op}}', `sum by (op) (rate(lunkit_lun_operations_total{${L}}${PER}))`]],
    },
    {
      title: 'Bytes a second',
      unit: 'Bps',
      queries: ['read', 'written', 'unmapped'].map((what): Query => {
        return [what, `sum(rate(lunkit_lun_${what}_bytes_total{${L}}${PER}))`]
      }),
    },
    durations('How long reads take', 'read'),
    durations('How long writes take', 'write'),
    {
      title: 'Where the time goes: p99',
      help: 'How long operations of the backstore alone took, how long commands waited for others, and for data that they had asked for.',
      unit: 's',
      queries: [
        ['backstore {{op}}', quantile(0.99, 'lunkit_store_operation_duration_seconds', { by: 'op' })],
        ['waiting for others', quantile(0.99, 'lunkit_lun_queue_wait_seconds')],
        ['waiting for data', quantile(0.99, 'lunkit_r2t_wait_seconds')],
      ],
    },
    { title: 'Commands under way', unit: 'none', queries: [['{{state}}', `sum by (state) (lunkit_lun_tasks{${L}})`]] },
    rates('CHECK CONDITION by sense key, a second', 'sense_key', 'lunkit_lun_check_conditions_total'),
    rates('Other refusals a second', 'status', 'lunkit_lun_rejected_total'),
    rates('Unit attentions told, a second, by ASC and ASCQ', 'code', 'lunkit_lun_unit_attentions_total'),
    rates('Task management a second', 'function', 'lunkit_lun_task_management_total'),
    rates('Operations of the backstore a second, by where they are done', 'engine', 'lunkit_store_operations_total'),
    rates('System calls that fail, a second', 'errno', 'lunkit_store_errors_total'),
    {
      title: 'Where they are reached',
      kind: 'table',
      unit: 'none',
      queries: [['', `lunkit_lun_mapping_info{${L}}`]],
    },
  ],
}
