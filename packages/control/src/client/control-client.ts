import type { IncomingMessage } from 'node:http'
import { checkArgument, checkOptions, object, oneOf } from '@lunkit/wire'
import { ControlFault, FaultKind } from '../control-fault.ts'
import type { CallName, ControlEvent, ControlTrace, GivenOf, ResultOf, StreamName } from '../methods/methods.ts'
import { Body, type MethodName, routes } from '../methods/routes.ts'
import { type ControlClientOptions, type DaemonPlace, placeOf } from './daemon-place.ts'
import { EventReader, type ReadEvent } from './event-reader.ts'
import { chunksOf, parsed, send, textOf } from './exchange.ts'

/** How one call is made. */
export interface CallOptions {
  /** Ends it with an AbortError. The daemon may have done what was asked. */
  readonly signal?: AbortSignal
}

/** A method's input: none where all of it may be left out. */
export type Given<M extends MethodName> =
  Record<never, never> extends GivenOf<M>
    ? [given?: GivenOf<M>, options?: CallOptions]
    : [given: GivenOf<M>, options?: CallOptions]

type AnyGiven = readonly [given?: object, options?: CallOptions]

const GIVEN = object()
const CALL_OPTIONS = { signal: object('an AbortSignal', value => value instanceof AbortSignal) }
const isStream = (name: string): boolean => routes[name as MethodName].gives === Body.events
const METHOD = oneOf(Object.keys(routes).filter(name => !isStream(name)))
const SILENCE_MS = 300_000
/** A daemon that has events to send, or none, says so more often than this. */
const EVENTS_SILENCE_MS = 60_000

/** A program's end of the control API. On a socket each call makes a connection; by TLS one that is there is used again. */
export class ControlClient {
  /** The path of the daemon's socket, or its URL. */
  readonly path: string
  readonly #place: DaemonPlace
  readonly #timeoutMs: number

  /** @throws {TypeError} or {RangeError} for wrong options. */
  constructor(options: ControlClientOptions) {
    this.#place = placeOf(options)
    this.path = this.#place.name
    this.#timeoutMs = options.timeoutMs ?? SILENCE_MS
  }

  /**
   * Calls a method.
   * @throws {ControlFault} where it was not done. {NoDaemonError} where no daemon answers. {TypeError} or {RangeError} for what
   * is no method; what a method is given, the daemon looks at.
   */
  async call<M extends CallName>(name: M, ...rest: Given<M>): Promise<ResultOf<M>> {
    const [given = {}, options = {}]: AnyGiven = rest
    checkArgument('ControlClient.call: name', name, METHOD)
    checkArgument('ControlClient.call: given', given, GIVEN)
    checkOptions('ControlClient.call: options', options, CALL_OPTIONS)
    const answer = await this.#send(name, given, options)
    const body = await textOf(answer, this.path)
    return (routes[name].gives === Body.document ? { document: body } : parsed(body, this.path)) as ResultOf<M>
  }

  /**
   * What happens from now on, until the loop over it is left, or the daemon ends. Nothing is sent before the first is asked for.
   * @throws {ControlFault} where they came faster than they were taken. {NoDaemonError} where no daemon answers, or no more.
   */
  async *events(...rest: Given<'events'>): AsyncGenerator<ControlEvent, void> {
    for await (const event of this.#stream('events', rest)) yield this.#event(event)
  }

  /**
   * The PDUs of a trace from now on, until the loop over it is left, or the daemon ends. Whoever takes them too slowly misses some, and is
   * told how many; the trace goes on. Nothing is traced before the first is asked for.
   * @throws {ControlFault} where it is not done. {NoDaemonError} where no daemon answers, or no more.
   */
  async *trace(...rest: Given<'trace'>): AsyncGenerator<ControlTrace, void> {
    for await (const { data } of this.#stream('trace', rest)) yield parsed(data, this.path) as ControlTrace
  }

  async *#stream(name: StreamName, [given = {}, options = {}]: AnyGiven): AsyncGenerator<ReadEvent, void> {
    checkArgument(`ControlClient.${name}: given`, given, GIVEN)
    checkOptions(`ControlClient.${name}: options`, options, CALL_OPTIONS)
    const answer = await this.#send(name, given, options)
    if (answer.statusCode !== 200) await textOf(answer, this.path)
    const reader = new EventReader()
    for await (const chunk of chunksOf(answer, this.path)) yield* reader.read(chunk)
  }

  #event({ name, data }: ReadEvent): ControlEvent {
    const said = parsed(data, this.path)
    if (name !== 'dropped') return said as ControlEvent
    const { missed } = said as { readonly missed: number }
    throw new ControlFault(FaultKind.busy, {
      what: `came faster than they were taken, and ${missed} are missed`,
      where: 'events',
      right: 'to ask again, and to look at what has changed',
    })
  }

  #send(name: MethodName, given: object, { signal }: CallOptions): Promise<IncomingMessage> {
    const route = routes[name]
    return send({
      place: this.#place,
      route,
      query: queryOf(route.takes, given),
      body: bodyOf(route.takes, given),
      timeoutMs: isStream(name) ? EVENTS_SILENCE_MS : this.#timeoutMs,
      signal,
    })
  }
}

function bodyOf(takes: Body, given: object): string | undefined {
  if (takes === Body.none) return undefined
  return takes === Body.document ? String((given as { document?: unknown }).document) : JSON.stringify(given)
}

/** What is no body: all of what has none, and what is given beside a document. */
function queryOf(takes: Body, given: object): string {
  if (takes === Body.json) return ''
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given))
    if (takes === Body.none || name !== 'document')
      for (const each of [value].flat()) if (each !== undefined) query.append(name, String(each))
  return query.size === 0 ? '' : `?${query.toString()}`
}
