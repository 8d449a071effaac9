import type * as z from 'zod'
import { documentMethods } from './document-methods.ts'
import { inventoryMethods } from './inventory-methods.ts'
import type { Method } from './method.ts'
import type { MethodName } from './routes.ts'
import { runningMethods } from './running-methods.ts'
import { statisticsMethods } from './statistics-methods.ts'
import { traceMethods } from './trace-methods.ts'
import { treeMethods } from './tree-methods.ts'

/** Every method of the daemon, by name. */
export const methods = {
  ...treeMethods,
  ...documentMethods,
  ...runningMethods,
  ...statisticsMethods,
  ...inventoryMethods,
  ...traceMethods,
} as const satisfies Readonly<Record<MethodName, Method>>

type Methods = typeof methods

/** A method that is asked once and answers again and again. */
export type StreamName = 'events' | 'trace'
/** A method that is asked once and answers once. */
export type CallName = Exclude<MethodName, StreamName>

/** Methods that tell a lot, and no secret: their answers may be made elsewhere, see `MadeAnswer`. */
export const MADE_ELSEWHERE = ['statistics', 'counters', 'inventory'] as const satisfies readonly CallName[]

/** What a client gives a method; what has a default may be left out. */
export type GivenOf<M extends MethodName> = z.input<Methods[M]['input']>
/** What a method is given. */
export type InputOf<M extends MethodName> = z.output<Methods[M]['input']>
/** What a service answers. */
export type AnswerOf<M extends MethodName> = z.input<Methods[M]['answer']>
/** What a client is answered. */
export type ResultOf<M extends MethodName> = z.output<Methods[M]['answer']>

/** What happened in the daemon. */
export type ControlEvent = ResultOf<'events'>
/** PDUs that a trace tells, in the order in which they were seen. */
export type ControlTrace = ResultOf<'trace'>
/** A PDU that a trace tells. */
export type ControlPdu = ControlTrace['pdus'][number]
