import { type Dashboard, INSTANCES } from './dashboard.ts'

const T = 'instance=~"$instance", target=~"$target"'
const N = `${T}, initiator=~"$initiator"`
const PER = '[$__rate_interval]'

/** Who does what. */
export const initiatorDashboard: Dashboard = {
  uid: 'lunkit-initiator',
  title: 'lunkit / Initiator',
  description: 'Who is logged in, what each initiator does to which LUN, and how sessions begin and end.',
  choices: [
    INSTANCES,
    {
      name: 'target',
      from: 'label_values(lunkit_sessions{instance=~"$instance", target!~"_.*"}, target)',
      all: '[^_].*',
    },
    {
      name: 'initiator',
      from: 'label_values(lunkit_initiator_operations_total{instance=~"$instance", target=~"$target", initiator!="_ended"}, initiator)',
      all: '_other|[^_].*',
    },
  ],
  panels: [
    {
      title: 'Sessions',
      kind: 'table',
      unit: 'none',
      queries: [['', `lunkit_session_info{${N}}`]],
    },
    {
      title: 'Operations a second, by initiator',
      unit: 'iops',
      queries: [['{{initiator}}', `sum by (initiator) (rate(lunkit_initiator_operations_total{${N}}${PER}))`]],
    },
    {
      title: 'Bytes a second, by initiator',
      unit: 'Bps',
      queries: [
        [
          '{{initiator}} {{direction}}',
          `sum by (initiator, direction) (rate(lunkit_initiator_bytes_total{${N}}${PER}))`,
        ],
      ],
    },
    {
      title: 'Held back by limits, operations at a time, by initiator',
      unit: 'none',
      queries: [
        [
          '{{initiator}} {{lun}}',
          `sum by (initiator, lun) (rate(lunkit_initiator_throttled_seconds_total{${N}}${PER}))`,
        ],
      ],
    },
    {
      title: 'Operations a second, by kind',
      unit: 'iops',
      queries: [['{{op}}', `sum by (op) (rate(lunkit_initiator_operations_total{${N}}${PER}))`]],
    },
    {
      title: 'Operations a second, by LUN',
      unit: 'iops',
      queries: [['{{lun}}', `sum by (lun) (rate(lunkit_initiator_operations_total{${N}}${PER}))`]],
    },
    {
      title: 'Sessions, by target',
      unit: 'none',
      queries: [['{{target}} {{type}}', `sum by (target, type) (lunkit_sessions{${T}})`]],
    },
    {
      title: 'Logins a second',
      unit: 'ops',
      queries: [
        ['{{target}} {{result}} {{reason}}', `sum by (target, result, reason) (rate(lunkit_logins_total{${T}}${PER}))`],
      ],
    },
    {
      title: 'Ends of sessions a second',
      unit: 'ops',
      queries: [['{{target}} {{reason}}', `sum by (target, reason) (rate(lunkit_logouts_total{${T}}${PER}))`]],
    },
    {
      title: 'Time in which initiators were not to send commands',
      help: 'Seconds a second, of all sessions of a target together: as many commands as may be were in progress.',
      unit: 's',
      queries: [['{{target}}', `sum by (target) (rate(lunkit_command_window_closed_seconds_total{${T}}${PER}))`]],
    },
  ],
}
