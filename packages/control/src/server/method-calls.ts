import type { ServerResponse } from 'node:http'
import type { Timers } from '@lunkit/wire'
import { ControlFault, FaultKind, OUR_FAULT } from '../control-fault.ts'
import type { Caller, ControlService, Peer, TokenHolder, ToldEvent, ToldTrace } from '../control-service.ts'
import type { ControlLimits } from '../limits.ts'
import { MadeAnswer } from '../made-answer.ts'
import type { Method } from '../methods/method.ts'
import { type CallName, MADE_ELSEWHERE, methods, type StreamName } from '../methods/methods.ts'
import { Access, Body, type MethodName } from '../methods/routes.ts'
import { TokenRole } from '../tls/token-role.ts'
import { AnswerText } from './answer-text.ts'
import type { ControlNotice } from './control-notice.ts'
import { EventStream } from './event-stream.ts'
import { faultOf } from './fault-of.ts'
import { checkedInput } from './input-fault.ts'
import { RequestInput, type RequestParts } from './request-input.ts'
import { RequestRecord } from './request-record.ts'
import { told, withoutSecrets } from './secrets.ts'

/** What calls of methods need. */
export interface MethodCallsOptions {
  readonly service: ControlService
  readonly tell: (notice: ControlNotice) => void
  readonly timers: Timers
  readonly limits: ControlLimits
  /** Whether whoever can connect may see secrets: nobody but the owner can. */
  readonly ownerOnly: boolean
}

/** A request, and who makes it. */
export interface Request extends RequestParts {
  readonly peer: Caller['peer']
  readonly response: ServerResponse
}

type AnyCall = (input: unknown, caller: Caller) => Promise<unknown>
type AnyStream<T, R> = (input: unknown, tell: (told: T) => R) => Promise<() => void>

const ENDING = new ControlFault(FaultKind.busy, { what: 'lunkitd is ending', right: 'to ask when it runs again' })

const readers = new Map<MethodName, RequestInput>()

/** What reads the requests of a method; made when there is one. */
function readerOf(name: MethodName): RequestInput {
  const known = readers.get(name)
  if (known) return known
  const reader = new RequestInput(methods[name])
  readers.set(name, reader)
  return reader
}

/** Calls the methods of a service: looks at who asks what, and at what is answered. */
export class MethodCalls {
  readonly #options: MethodCallsOptions
  readonly #streams = new Set<EventStream>()
  #ending = false

  constructor(options: MethodCallsOptions) {
    this.#options = options
  }

  /**
   * The JSON of what a method answers, without secrets unless it is there to reveal them.
   * @throws {ControlFault} where it does not.
   */
  call(name: CallName, request: Request): Promise<string | Uint8Array> {
    return this.#recorded(name, request, async input => {
      const call = this.#options.service[name] as AnyCall
      const answer = await call.call(this.#options.service, input, callerOf(request))
      if (answer instanceof MadeAnswer && isMadeElsewhere(name)) return answer.json
      const { access, gives, answer: schema }: Method = methods[name]
      if (gives === Body.document) return (schema.parse(answer) as { readonly document: string }).document
      return new AnswerText(access === Access.reveals).of(schema, answer)
    })
  }

  /** Sends what a method tells to a client until either side ends it. @throws {ControlFault} where nothing is sent. */
  async stream(name: StreamName, request: Request): Promise<void> {
    await (name === 'events' ? this.#events(request) : this.#trace(request))
  }

  #events(request: Request): Promise<void> {
    return this.#recorded('events', request, async input => {
      const { service } = this.#options
      let stream: EventStream | undefined
      const early: ToldEvent[] = []
      const stop = await (service.events as AnyStream<ToldEvent, void>).call(service, input, event => {
        if (stream) this.#send(stream, event)
        else early.push(event)
      })
      stream = this.#stream(request, stop)
      for (const event of early) this.#send(stream, event)
    })
  }

  /** What is told is the service's own making, at the rate at which PDUs come: it is not looked through. */
  #trace(request: Request): Promise<void> {
    return this.#recorded('trace', request, async input => {
      const { service } = this.#options
      let stream: EventStream | undefined
      const tell = (told: ToldTrace): boolean => stream?.offer('pdus', told) ?? false
      const stop = await (service.trace as AnyStream<ToldTrace, boolean>).call(service, input, tell)
      stream = this.#stream(request, stop)
    })
  }

  /** Refuses all that comes from now on, and ends the streams of events. */
  end(): void {
    this.#ending = true
    for (const stream of this.#streams) stream.end()
  }

  async #recorded<T>(name: MethodName, request: Request, run: (input: unknown) => Promise<T>): Promise<T> {
    const record = new RequestRecord(name, methods[name], request.peer)
    try {
      const answer = await run(this.#input(name, request, record))
      this.#options.tell({ kind: 'audit', record: record.end('done') })
      return answer
    } catch (error) {
      const fault = this.#fault(name, error)
      this.#options.tell({ kind: 'audit', record: record.end(fault) })
      throw fault
    }
  }

  #input(name: MethodName, request: Request, record: RequestRecord): unknown {
    const given = readerOf(name).read(request)
    record.asks(given)
    if (this.#ending) throw ENDING
    this.#checkAccess(methods[name], request.peer)
    return checkedInput(methods[name].input, given)
  }

  #checkAccess({ access }: Method, peer: Request['peer']): void {
    if (peer !== undefined && 'role' in peer) checkRole(access, peer)
    else if (access === Access.reveals && !this.#mayReveal(peer))
      throw new ControlFault(FaultKind.unauthorised, { what: 'it reveals secrets', right: 'to ask as root' })
  }

  /** A member of the group may manage the daemon, and see no secret. */
  #mayReveal(peer: Peer | undefined): boolean {
    if (peer === undefined) return this.#options.ownerOnly
    return peer.uid === 0 || peer.uid === process.getuid?.()
  }

  #fault(name: MethodName, error: unknown): ControlFault {
    const fault = faultOf(error)
    if (fault) return fault
    this.#options.tell({ kind: 'failure', method: name, error })
    return OUR_FAULT
  }

  #stream({ response, peer }: Request, stop: () => void): EventStream {
    const { tell, timers, limits } = this.#options
    const stream = new EventStream(response, {
      timers,
      limits,
      dropped: missed => tell({ kind: 'dropped', peer, missed }),
    })
    this.#streams.add(stream)
    response.on('close', () => {
      this.#streams.delete(stream)
      stop()
    })
    if (this.#ending) stream.end()
    return stream
  }

  #send(stream: EventStream, event: ToldEvent): void {
    try {
      stream.tell(withoutSecrets(methods.events.answer.parse(event), told) as ToldEvent)
    } catch (error) {
      this.#fault('events', error)
    }
  }
}

const DOES: Readonly<Record<Access, string>> = {
  reads: 'it reads',
  changes: 'it changes something',
  reveals: 'it reveals secrets',
  watches: 'it shows what initiators read and write',
}

function checkRole(access: Access, { token, role }: TokenHolder): void {
  if (role === TokenRole.admin || access === Access.reads) return
  const what = `${DOES[access]}, and the token ${token} is for reading alone`
  throw new ControlFault(FaultKind.unauthorised, { what, right: `a token of the role ${TokenRole.admin}` })
}

const isMadeElsewhere = (name: CallName): boolean => (MADE_ELSEWHERE as readonly CallName[]).includes(name)

function callerOf({ peer, response }: Request): Caller {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return { peer, gone: gone.signal }
}
