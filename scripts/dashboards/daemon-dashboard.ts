import { type Dashboard, INSTANCES } from './dashboard.ts'

const I = 'instance=~"$instance"'
const P = `${I}, portal!~"_.*"`
const PER = '[$__rate_interval]'

/** How lunkitd itself is. */
export const daemonDashboard: Dashboard = {
  uid: 'lunkit-daemon',
  title: 'lunkit / Daemon',
  description: 'How lunkitd itself is: its threads, memory, connections and configuration.',
  choices: [INSTANCES],
  panels: [
    {
      title: 'Running for',
      kind: 'number',
      unit: 's',
      queries: [['{{instance}}', `time() - lunkit_start_time_seconds{${I}}`]],
    },
    {
      title: 'Configuration saved before',
      kind: 'number',
      unit: 's',
      queries: [['{{instance}}', `time() - lunkit_config_last_saved_timestamp_seconds{${I}}`]],
    },
    {
      title: 'Not saved',
      kind: 'number',
      unit: 'none',
      queries: [['{{instance}}', `lunkit_config_unsaved_changes{${I}}`]],
    },
    {
      title: 'Starts from an older configuration',
      help: 'Since the file was damaged.',
      kind: 'number',
      unit: 'none',
      queries: [['{{instance}}', `lunkit_config_load_fallbacks_total{${I}}`]],
    },
    { title: 'Connections', kind: 'number', unit: 'none', queries: [['', `sum(lunkit_connections{${P}})`]] },
    {
      title: 'How long a scrape takes',
      kind: 'number',
      unit: 's',
      queries: [['{{instance}}', `lunkit_scrape_duration_seconds{${I}}`]],
    },
    {
      title: 'Lag of the event loop: p99',
      help: 'How much later than asked for a timer ran. The protocol thread serves all initiators.',
      unit: 's',
      queries: [
        [
          '{{instance}} {{thread}}',
          `histogram_quantile(0.99, sum by (instance, thread, le) (rate(lunkit_event_loop_lag_seconds_bucket{${I}}${PER})))`,
        ],
      ],
    },
    {
      title: 'Transfer memory',
      unit: 'bytes',
      queries: [['{{instance}} {{state}}', `sum by (instance, state) (lunkit_buffer_bytes{${I}})`]],
    },
    {
      title: 'How busy worker lanes are',
      unit: 'percentunit',
      queries: [
        ['{{instance}} lane {{lane}}', `sum by (instance, lane) (rate(lunkit_lane_busy_seconds_total{${I}}${PER}))`],
      ],
    },
    {
      title: 'Operations in worker lanes',
      unit: 'none',
      queries: [['{{instance}} lane {{lane}}', `sum by (instance, lane) (lunkit_lane_queue_depth{${I}})`]],
    },
    {
      title: 'Worker lanes that died, in an hour',
      unit: 'none',
      queries: [
        ['{{instance}} lane {{lane}}', `sum by (instance, lane) (increase(lunkit_lane_restarts_total{${I}}[1h]))`],
      ],
    },
    {
      title: 'Times that it stood still, in an hour',
      unit: 'none',
      queries: [['{{instance}}', `sum by (instance) (increase(lunkit_standstills_total{${I}}[1h]))`]],
    },
    {
      title: 'Seconds that it stood still, in an hour',
      help: 'Its protocol thread came to no end, and no initiator was answered.',
      unit: 's',
      queries: [['{{instance}}', `sum by (instance) (increase(lunkit_standstill_seconds_total{${I}}[1h]))`]],
    },
    {
      title: 'Calls that change something, in an hour',
      unit: 'none',
      queries: [['{{method}} {{result}}', `sum by (method, result) (increase(lunkit_config_changes_total{${I}}[1h]))`]],
    },
    {
      title: 'Bytes a second, by portal',
      unit: 'Bps',
      queries: [
        ['{{portal}} received', `sum by (portal) (rate(lunkit_received_bytes_total{${P}}${PER}))`],
        ['{{portal}} transmitted', `sum by (portal) (rate(lunkit_transmitted_bytes_total{${P}}${PER}))`],
      ],
    },
    {
      title: 'Connections, by portal',
      unit: 'none',
      queries: [['{{portal}}', `sum by (portal) (lunkit_connections{${P}})`]],
    },
    {
      title: 'PDUs a second',
      unit: 'ops',
      queries: [['{{direction}} {{opcode}}', `sum by (direction, opcode) (rate(lunkit_pdus_total{${P}}${PER}))`]],
    },
    {
      title: 'Protocol errors a second',
      unit: 'ops',
      queries: [['{{kind}}', `sum by (kind) (rate(lunkit_protocol_errors_total{${P}}${PER}))`]],
    },
    {
      title: 'Registered with iSNS servers',
      help: '0 while one is tried again: initiators that ask it find nothing, or what was served before.',
      unit: 'none',
      queries: [['{{instance}} {{server}}', `lunkit_isns_registered{${I}}`]],
    },
    {
      title: 'Failures of iSNS servers, in an hour',
      unit: 'none',
      queries: [['{{instance}} {{server}}', `increase(lunkit_isns_failures_total{${I}}[1h])`]],
    },
    {
      title: 'Strangers at the control API, a second',
      help: 'Who came by TLS and showed no token that is known, by how far they came.',
      unit: 'ops',
      queries: [['{{fate}}', `sum by (fate) (rate(lunkit_control_strangers_total{${I}}${PER}))`]],
    },
    { title: 'Versions', kind: 'table', unit: 'none', queries: [['', `lunkit_build_info{${I}}`]] },
  ],
}
