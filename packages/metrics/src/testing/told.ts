import type { Counters } from '../exposition/counts.ts'
import type { Inventory } from '../families/inventory-families.ts'

/** What a lunkitd tells that has one LUN. */
export const COUNTERS: Counters = {
  bounds: [0.001, 1],
  blocks: [
    {
      name: 'unit',
      labels: ['unit'],
      cells: [
        { metric: 'commands', kind: 'counter', of: 'read' },
        { metric: 'commands', kind: 'counter', of: 'write' },
        { metric: 'duration', kind: 'histogram', of: 'read' },
        { metric: 'tasks', kind: 'gauge', of: '' },
        { metric: 'waitingTasks', kind: 'gauge', of: '' },
        { metric: 'checkConditions', kind: 'counter', of: 'mediumError' },
        { metric: 'unitAttentions', kind: 'counter', of: '2a09' },
      ],
      rows: [
        { labels: ['fileio/a'], values: [0, 7, 3, 5, 4, 2], histograms: [[2, 3, 1.5, 1, 2]] },
        { labels: ['_ended'], values: [0, 1], histograms: [] },
      ],
    },
  ],
}

/** What such a lunkitd is. */
export const INVENTORY: Inventory = {
  version: '1.2.3',
  node: 'v24.21.0',
  started: 1_796_000_000,
  configuration: { saved: null, unsaved: true, fallbacks: 0 },
  standstills: { times: 2, seconds: 3.5 },
  isns: [{ server: '192.0.2.7', registered: false, failures: 4 }],
  calls: [{ method: 'edit', result: 'done', calls: 1 }],
  sessions: [
    {
      target: 'iqn.t',
      initiator: 'iqn.i',
      tsih: 1,
      address: '[::1]:40000',
      alias: 'a "b"\\\n',
      auth: 'none',
      digest: 'header',
      tls: false,
    },
  ],
  sessionsLeftOut: 0,
  luns: [
    {
      ...{ lun: 'fileio/a', state: 'ready', size: 1024, serial: 's', product: 'FILEIO' },
      ...{ naa: '6001405', blockSize: 512, thin: true },
    },
  ],
  groups: [{ target: 'iqn.t', tpg: 1, portals: ['192.0.2.1:3260'], initiators: 2, isOpen: true }],
  mappings: [{ target: 'iqn.t', tpg: 1, number: 3, lun: 'fileio/a' }],
}
