import { nearest } from '@lunkit/wire'
import type { FastifyError } from 'fastify'
import { ControlFault, FAULT_STATUS, FaultKind } from '../control-fault.ts'
import { OPENAPI_PATH, type Route, routes } from '../methods/routes.ts'

/** How an error is sent. */
export interface FaultAnswer {
  readonly status: number
  readonly fault: ControlFault
}

/** The answer that says a fault. */
export const answerOf = (fault: ControlFault): FaultAnswer => ({ status: FAULT_STATUS[fault.kind], fault })

const usage = (what: string, right: string): ControlFault => new ControlFault(FaultKind.usage, { what, right })

/** What is wrong with a request before it reaches a method, by the status of HTTP. */
const REASONS: Readonly<Record<number, ControlFault>> = {
  408: usage('the request came too slowly', 'to send it at once'),
  413: usage('the body is too long', 'a shorter one'),
  431: usage('the headers are too long', 'shorter ones'),
}
const NO_HTTP = usage('the request is no HTTP/1.1', `a request as ${OPENAPI_PATH} describes them`)

/** What is wrong with a request that fastify did not take; its own words may show what was sent. */
export function badRequest({ statusCode = 400 }: Pick<FastifyError, 'statusCode'>): FaultAnswer {
  return { status: statusCode, fault: REASONS[statusCode] ?? NO_HTTP }
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** What is wrong with bytes that Node could not read. */
export function badBytes({ code = '' }: { readonly code?: string }): FaultAnswer {
  return badRequest({ statusCode: STATUS_OF_CODE[code] ?? 400 })
}

/** Nothing is at a path, or not for this verb. */
export function noMethod(verb: string, path: string): FaultAnswer {
  const rows: readonly Route[] = Object.values(routes)
  const verbs = rows.filter(row => row.path === path).map(row => row.verb)
  if (verbs.length > 0) return { status: 405, fault: usage(`${verb} is not for ${path}`, `one of ${verbs.join(', ')}`) }
  const paths = rows.map(row => row.path)
  return answerOf(
    new ControlFault(FaultKind.notFound, {
      what: 'is no method',
      where: path,
      right: `one of those that ${OPENAPI_PATH} describes`,
      nearest: nearest(path, paths),
    }),
  )
}
