import { type Dashboard, INSTANCES } from './dashboard.ts'

const I = 'instance=~"$instance"'
const LUNS = `${I}, lun!~"_.*"`
const IO = `${LUNS}, op=~"read|write"`
const PER = '[$__rate_interval]'
const DURATION = 'lunkit_lun_operation_duration_seconds_bucket'

/** All lunkitds at a glance. */
export const overviewDashboard: Dashboard = {
  uid: 'lunkit-overview',
  title: 'lunkit / Overview',
  description: 'All lunkitds at a glance: what is wrong, how much is done, who is busy.',
  choices: [INSTANCES],
  panels: [
    { title: 'lunkitds that answer', kind: 'number', unit: 'none', queries: [['', `sum(lunkit_up{${I}})`]] },
    {
      title: 'Alerts',
      kind: 'number',
      unit: 'none',
      queries: [['', 'count(ALERTS{alertname=~"Lunkit.*", alertstate="firing"}) or vector(0)']],
    },
    { title: 'LUNs', kind: 'number', unit: 'none', queries: [['', `sum(lunkit_lun_state{${I}})`]] },
    {
      title: 'LUNs that are faulted or not served',
      kind: 'number',
      unit: 'none',
      queries: [['', `sum(lunkit_lun_state{${I}, state=~"faulted|deactivated"})`]],
    },
    { title: 'Sessions', kind: 'number', unit: 'none', queries: [['', `sum(lunkit_sessions{${I}})`]] },
    {
      title: 'Configurations that are not saved',
      kind: 'number',
      unit: 'none',
      queries: [['', `sum(lunkit_config_unsaved_changes{${I}})`]],
    },
    {
      title: 'Operations a second',
      unit: 'iops',
      queries: [['{{op}}', `sum by (op) (rate(lunkit_lun_operations_total{${LUNS}}${PER}))`]],
    },
    {
      title: 'Bytes a second',
      unit: 'Bps',
      queries: [
        ['read', `sum(rate(lunkit_lun_read_bytes_total{${LUNS}}${PER}))`],
        ['written', `sum(rate(lunkit_lun_written_bytes_total{${LUNS}}${PER}))`],
      ],
    },
    {
      title: 'How long reads and writes take',
      unit: 's',
      queries: [
        ['{{op}} p50', `histogram_quantile(0.5, sum by (op, le) (rate(${DURATION}{${IO}}${PER})))`],
        ['{{op}} p99', `histogram_quantile(0.99, sum by (op, le) (rate(${DURATION}{${IO}}${PER})))`],
      ],
    },
    {
      title: 'Reads and writes beyond the objective',
      help: 'The part of them that took more than 50 ms, by the rules that come with lunkit-exporter. 1 % is allowed.',
      unit: 'percentunit',
      queries: [['{{lun}}', `lun:lunkit_slow_operations:ratio_rate5m{${I}}`]],
    },
    {
      title: 'The busiest LUNs',
      unit: 'iops',
      queries: [['{{lun}}', `topk(10, sum by (instance, lun) (rate(lunkit_lun_operations_total{${LUNS}}${PER})))`]],
    },
    {
      title: 'The slowest LUNs: p99 of reads and writes',
      unit: 's',
      queries: [
        ['{{lun}}', `topk(10, histogram_quantile(0.99, sum by (instance, lun, le) (rate(${DURATION}{${IO}}${PER}))))`],
      ],
    },
    {
      title: 'The busiest initiators',
      unit: 'iops',
      queries: [
        [
          '{{initiator}}',
          `topk(10, sum by (initiator) (rate(lunkit_initiator_operations_total{${I}, initiator!="_ended"}${PER})))`,
        ],
      ],
    },
    {
      title: 'Logins a second',
      unit: 'ops',
      queries: [
        ['{{result}} {{reason}}', `sum by (result, reason) (rate(lunkit_logins_total{${I}, target!="_ended"}${PER}))`],
      ],
    },
    {
      title: 'LUNs, and how large they are',
      kind: 'table',
      unit: 'bytes',
      queries: [
        [
          '',
          `lunkit_lun_size_bytes{${I}} * on (instance, lun) group_left (serial, product, naa, block_size, thin) lunkit_lun_info{${I}}`,
        ],
      ],
    },
  ],
}
