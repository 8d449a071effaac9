import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { ControlFault, OUR_FAULT } from '../control-fault.ts'
import type { ControlLimits } from '../limits.ts'
import { type CallName, methods, type StreamName } from '../methods/methods.ts'
import { Body, type MethodName, OPENAPI_PATH } from '../methods/routes.ts'
import { answerOf, badBytes, badRequest, type FaultAnswer, noMethod } from './bad-request.ts'
import { JSON_TYPE, refuse, textOf } from './fault-text.ts'
import { givenServer } from './given-server.ts'
import type { MethodCalls, Request } from './method-calls.ts'
import { OpenApiDocument } from './openapi-document.ts'

/** What the routes of HTTP need. */
export interface HttpRoutesOptions {
  readonly calls: MethodCalls
  readonly limits: ControlLimits
  readonly version: string
  readonly peerOf: (request: FastifyRequest) => Request['peer']
  /** Is told what was thrown by a function that should not throw. */
  readonly failed: (error: unknown) => void
}

const NO_BODY = Buffer.alloc(0)

/** A fastify with a route for each method. It listens nowhere: connections are given to its server. */
export async function httpRoutes(options: HttpRoutesOptions): Promise<FastifyInstance> {
  const app = bare(options)
  app.setErrorHandler((error, _request, reply) => sendFault(reply, answerTo(error as FastifyError, options.failed)))
  app.setNotFoundHandler((request, reply) =>
    sendFault(reply, noMethod(request.method, request.url.split('?')[0] ?? '')),
  )
  app.addHook('onSend', async request => {
    // Whoever takes nothing of an answer for so long is cut off.
    request.raw.socket.setTimeout(options.limits.answerMs)
  })
  for (const name of Object.keys(methods) as MethodName[]) addRoute(app, name, options)
  const description = new OpenApiDocument(options.version)
  app.get(OPENAPI_PATH, async (_request, reply) => reply.type(JSON_TYPE).send(await description.text))
  await app.ready()
  return app
}

function bare({ limits }: HttpRoutesOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    exposeHeadRoutes: false,
    serverFactory: handler => givenServer(limits, handler),
    clientErrorHandler: (error, socket) => refuse(socket, badBytes(error)),
    frameworkErrors: (error, _request, reply) => void sendFault(reply as FastifyReply, badRequest(error)),
  })
  // Whatever its type says: curl calls JSON a form.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  return app
}

function addRoute(app: FastifyInstance, name: MethodName, options: HttpRoutesOptions): void {
  const { verb, path, gives } = methods[name]
  const { calls, peerOf } = options
  const requestOf = (request: FastifyRequest, reply: FastifyReply): Request => ({
    query: request.query as Request['query'],
    body: Buffer.isBuffer(request.body) ? request.body : NO_BODY,
    peer: peerOf(request),
    response: reply.raw,
  })
  const handlers: Readonly<Record<string, (request: Request, reply: FastifyReply) => Promise<unknown>>> = {
    [Body.json]: async (request, reply) => reply.type(JSON_TYPE).send(await calls.call(name as CallName, request)),
    [Body.document]: async (request, reply) => reply.type(JSON_TYPE).send(await calls.call(name as CallName, request)),
    [Body.events]: async (request, reply) => {
      await calls.stream(name as StreamName, request)
      reply.hijack()
    },
  }
  const handler = handlers[gives] as (typeof handlers)[string]
  app.route({
    method: verb,
    url: path,
    handler: (request, reply) => handler(requestOf(request, reply), reply),
  })
}

function answerTo(error: FastifyError | ControlFault, failed: HttpRoutesOptions['failed']): FaultAnswer {
  if (error instanceof ControlFault) return answerOf(error)
  if (error.statusCode !== undefined) return badRequest(error)
  failed(error)
  return answerOf(OUR_FAULT)
}

function sendFault(reply: FastifyReply, { status, fault }: FaultAnswer): FastifyReply {
  return reply.code(status).type(JSON_TYPE).send(textOf(fault))
}
