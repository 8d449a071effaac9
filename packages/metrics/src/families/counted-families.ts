import type { CountedFamily, CountedGroup, Source, Term } from './counted-family.ts'

const all = (metric: string, by?: string): readonly Source[] => [{ each: metric, ...(by !== undefined && { by }) }]
const sum = (labels: Readonly<Record<string, string>>, ...of: readonly Term[]): Source => ({ sum: { labels, of } })
const counter = (name: string, help: string, from: readonly Source[]): CountedFamily => {
  return { name: `lunkit_${name}_total`, type: 'counter', help, from }
}
const gauge = (name: string, help: string, from: readonly Source[]): CountedFamily => {
  return { name: `lunkit_${name}`, type: 'gauge', help, from }
}
const histogram = (name: string, help: string, from: readonly Source[]): CountedFamily => {
  return { name: `lunkit_${name}_seconds`, type: 'histogram', help, from, sparse: true }
}
const sparse = (family: CountedFamily): CountedFamily => ({ ...family, sparse: true })

const READ: readonly Term[] = [['bytes', 'read', 1]]
const WRITTEN: readonly Term[] = [
  ['bytes', 'write', 1],
  ['bytes', 'write_same', 1],
  ['bytes', 'compare_and_write', 1],
]
const UNMAPPED: readonly Term[] = [['bytes', 'unmap', 1]]

/** What a function of task management was answered with, SAM-5 7.1. */
const answered = (metric: string, response: string): Source => ({ each: metric, by: 'function', with: { response } })

const luns: CountedGroup = {
  block: 'unit',
  labels: { unit: 'lun' },
  families: [
    counter('lun_operations', 'commands that have ended with a status of their own', all('commands', 'op')),
    counter('lun_read_bytes', 'bytes that initiators have read', [sum({}, ...READ)]),
    counter('lun_written_bytes', 'bytes that initiators have written, by WRITE SAME too', [sum({}, ...WRITTEN)]),
    counter('lun_unmapped_bytes', 'bytes that initiators have unmapped', [sum({}, ...UNMAPPED)]),
    histogram('lun_operation_duration', 'from when lunkitd has a command to its status', all('duration', 'op')),
    histogram('lun_queue_wait', 'of it, how long commands waited for others, of those that had to', all('queueWait')),
    histogram('r2t_wait', 'how long commands waited for data that they had asked for', all('r2tWait')),
    gauge('lun_tasks', 'commands there are now, those that wait for others and those that are being done', [
      sum({ state: 'waiting' }, ['waitingTasks', '', 1]),
      sum({ state: 'active' }, ['tasks', '', 1], ['waitingTasks', '', -1]),
    ]),
    counter(
      'lun_check_conditions',
      'commands that ended with CHECK CONDITION, by sense key',
      all('checkConditions', 'sense_key'),
    ),
    counter(
      'lun_rejected',
      'commands that ended with another status than GOOD and CHECK CONDITION',
      all('refusals', 'status'),
    ),
    sparse(
      counter('lun_task_management', 'task management functions, by what they were answered with', [
        answered('functionsComplete', 'function_complete'),
        answered('functionsSucceeded', 'function_succeeded'),
        answered('functionsWithoutTask', 'task_does_not_exist'),
        answered('functionsWithoutUnit', 'lun_does_not_exist'),
        answered('functionsRejected', 'function_rejected'),
      ]),
    ),
    sparse(
      counter(
        'lun_unit_attentions',
        'unit attentions that initiators were told of, by ASC and ASCQ',
        all('unitAttentions', 'code'),
      ),
    ),
    histogram('store_operation_duration', 'how long operations of the backstore alone took, by where they were done', [
      { each: 'storeInline', by: 'op', with: { engine: 'inline' } },
      { each: 'storeUring', by: 'op', with: { engine: 'uring' } },
      { each: 'storeLane', by: 'op', with: { engine: 'lane' } },
    ]),
  ],
}

const stores: CountedGroup = {
  block: 'store',
  labels: { store: 'lun' },
  families: [
    counter('store_operations', 'operations of the backstore, by where they were done', [
      sum({ engine: 'inline' }, ['inPlaceReads', '', 1], ['batchedReads', '', -1], ['inPlaceWrites', '', 1]),
      sum({ engine: 'uring' }, ['batchedReads', '', 1]),
      sum({ engine: 'lane' }, ['laneOperations', '', 1]),
    ]),
    counter('store_errors', 'system calls that failed, by what the system said', all('errors', 'errno')),
    gauge('store_unflushed_bytes', 'bytes acknowledged and not flushed yet', all('unflushedBytes')),
  ],
}

const initiators: CountedGroup = {
  block: 'nexus',
  labels: { target: 'target', initiator: 'initiator', unit: 'lun' },
  families: [
    counter('initiator_operations', 'commands that have ended, by who sent them', all('commands', 'op')),
    counter('initiator_bytes', 'bytes read and written, by whom', [
      sum({ direction: 'read' }, ...READ),
      sum({ direction: 'write' }, ...WRITTEN),
    ]),
    counter(
      'initiator_throttled_seconds',
      'how long limits of the LUN have held operations back, by whose; of those that wait at the same time each counts',
      all('throttledSeconds'),
    ),
  ],
}

const lanes: CountedGroup = {
  block: 'lane',
  labels: { lane: 'lane' },
  families: [
    counter('lane_busy_seconds', 'how long the lane was in operations', all('busySeconds')),
    gauge('lane_queue_depth', 'operations handed over that are not done', all('waiting')),
    counter('lane_restarts', 'threads that ended unasked, and were started again', all('restarts')),
  ],
}

const threads: CountedGroup = {
  block: 'thread',
  labels: { thread: 'thread' },
  families: [histogram('event_loop_lag', 'how much later than asked for a timer ran', all('eventLoopLag'))],
}

const buffers: CountedGroup = {
  block: 'thread',
  labels: {},
  families: [gauge('buffer_bytes', 'transfer memory that is in use, and that is free', all('bufferBytes', 'state'))],
}

const sessions: CountedGroup = {
  block: 'session',
  labels: { target: 'target' },
  families: [
    gauge('sessions', 'sessions there are now', all('sessions', 'type')),
    counter('logins', 'logins that were accepted, and refused by what was wrong', [
      sum({ result: 'accepted', reason: '' }, ['logins', 'normal', 1], ['logins', 'discovery', 1]),
      { each: 'loginsRefused', by: 'reason', with: { result: 'refused' } },
    ]),
    counter('logouts', 'sessions that have ended, by what ended them', all('logouts', 'reason')),
    counter(
      'command_window_closed_seconds',
      'how long initiators were not to send commands, because as many as may be were in progress',
      all('windowClosedSeconds'),
    ),
  ],
}

const portals: CountedGroup = {
  block: 'portal',
  labels: { portal: 'portal' },
  families: [
    gauge('connections', 'connections there are now', all('connections')),
    counter('received_bytes', 'bytes received', all('bytesReceived')),
    counter('transmitted_bytes', 'bytes handed to sockets', all('bytesSent')),
    counter('pdus', 'PDUs received and sent', [
      { each: 'pdusReceived', by: 'opcode', with: { direction: 'received' } },
      { each: 'pdusSent', by: 'opcode', with: { direction: 'sent' } },
    ]),
    counter('protocol_errors', 'what was wrong with what peers sent, or did not send', all('protocolErrors', 'kind')),
  ],
}

const strangers: CountedGroup = {
  block: 'controlStrangers',
  labels: {},
  families: [
    counter(
      'control_strangers',
      'who came to the control API by TLS and showed no token that is known, by how far they came',
      all('strangers', 'fate'),
    ),
  ],
}

/** Every family that comes of what lunkitd counts. */
export const countedGroups: readonly CountedGroup[] = [
  luns,
  stores,
  initiators,
  lanes,
  threads,
  buffers,
  sessions,
  portals,
  strangers,
]
