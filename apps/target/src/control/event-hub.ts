import { formatPortal } from '@lunkit/config'
import type { ToldEvent } from '@lunkit/control'
import type { DiskEvent, OfKind, SessionDescription, TargetEvent } from 'lunkit'
import type { LiveNews } from '../live/live-configuration.ts'
import { inWords } from '../live/lost-changes.ts'
import type { Logger } from '../log/logger.ts'
import { logDiskEvent } from '../serving/disk-events.ts'
import { logPortalFailure } from '../serving/portal-failure.ts'
import { type RefusalEvent, toldRefusal } from './refusal-book.ts'

/** What is told of something, without its time. */
export type News = Omit<ToldEvent, 'at'>

type Rows<E extends { readonly kind: string }> = { readonly [K in E['kind']]?: (event: OfKind<E, K>) => News }

const targetPath = (target: string): string => (target === '' ? '/iscsi' : `/iscsi/${target}`)

const sessionDetails = (session: SessionDescription) => ({
  initiator: session.initiatorName,
  target: session.targetName,
  tag: session.targetPortalGroupTag,
  tsih: session.tsih,
  remote: formatPortal(session.remote),
  discovery: session.discovery,
})

function refusalNews(event: RefusalEvent): News {
  const { reason, ...details } = toldRefusal(event)
  const { initiator, remote, target } = details
  const text = `${initiator ?? remote} was turned away: ${reason}`
  return { kind: 'refusal', path: targetPath(target ?? ''), text, details: { ...details, reason } }
}

/** What of a target server's events is told. */
const TARGET: Rows<TargetEvent> = {
  sessionStarted: ({ session }) => ({
    kind: 'login',
    path: targetPath(session.targetName),
    text: `${session.initiatorName} has logged in${session.discovery ? ' for discovery' : ''}`,
    details: sessionDetails(session),
  }),
  sessionEnded: ({ session, why }) => ({
    kind: 'logout',
    path: targetPath(session.targetName),
    text: `the session of ${session.initiatorName} has ended (${why})`,
    details: { ...sessionDetails(session), why },
  }),
  loginRefused: event => refusalNews(event),
  connectionRefused: event => refusalNews(event),
  portalOpened: ({ portal }) => ({ kind: 'recovery', path: '/iscsi', text: `portal ${formatPortal(portal)} listens` }),
  portalFailed: event => ({ kind: 'fault', path: '/iscsi', text: saidOf(log => logPortalFailure(log, event)) }),
}

const FAULTS = ['operationFailed', 'flushFailed', 'fileChanged', 'quarantined', 'deviceGone', 'deviceRefused']
const RECOVERIES = ['faultCleared', 'returned', 'deviceBack']

function kindOfDisk(event: DiskEvent): ToldEvent['kind'] {
  if (event.kind === 'availability') return event.available ? 'recovery' : 'fault'
  if (FAULTS.includes(event.kind)) return 'fault'
  return RECOVERIES.includes(event.kind) ? 'recovery' : 'warning'
}

const LIVE: Rows<LiveNews> = {
  changed: ({ changes, steps }) => ({
    kind: 'changed',
    path: changes.length === 1 ? (changes[0]?.path ?? '') : '',
    text: changes.length === 0 ? 'the same is served as before' : inWords(changes),
    details: { steps },
  }),
  saved: ({ path }) => ({ kind: 'saved', path: '', text: `the configuration is saved in ${path}` }),
}

/** What a line of the log says. */
function saidOf(write: (log: Logger) => void): string {
  let said = ''
  const say = (_: object, text: string): void => {
    said = text
  }
  write({ info: say, warn: say, error: say } as unknown as Logger)
  return said
}

/** What happens, for whoever listens; nobody costs nothing. */
export class EventHub {
  readonly #listeners = new Set<(event: ToldEvent) => void>()

  /** Tells what happens from now on, until the function that it returns is called. */
  listen(tell: (event: ToldEvent) => void): () => void {
    // Two who listen by one function are two.
    const listener = (event: ToldEvent): void => tell(event)
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What a target server tells. */
  heardTarget(event: TargetEvent): void {
    this.#tellRow(TARGET, event)
  }

  /** What a disk tells. */
  heardDisk(disk: string, event: DiskEvent): void {
    if (this.#listeners.size === 0) return
    const text = saidOf(log => logDiskEvent(log, disk, event))
    this.tell({ kind: kindOfDisk(event), path: `/backstores/${disk}`, text })
  }

  /** What becomes of the configuration. */
  heardLive(news: LiveNews): void {
    this.#tellRow(LIVE, news)
  }

  /** How many of the storage objects of a change are open. */
  heardProgress(opened: number, toOpen: number): void {
    const text = `${opened} of ${toOpen} storage objects are open`
    this.tell({ kind: 'progress', path: '', text, details: { opened, toOpen } })
  }

  tell(news: News): void {
    const event = { at: new Date().toISOString(), ...news }
    for (const listener of this.#listeners) listener(event)
  }

  #tellRow<E extends { readonly kind: string }>(rows: Rows<E>, event: E): void {
    if (this.#listeners.size === 0) return
    const row = rows[event.kind as E['kind']] as ((event: E) => News) | undefined
    if (row) this.tell(row(event))
  }
}
