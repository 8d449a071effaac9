import { setImmediate as nextTurn } from 'node:timers/promises'
import fastify from 'fastify'
import { methods } from '../methods/methods.ts'
import type { MethodName } from '../methods/routes.ts'
import { describeRoute } from './openapi.ts'

/** On the unix socket the kernel says who calls, by TLS a token does. */
const SECURITY: { readonly components: object; readonly security: Record<string, string[]>[] } = {
  components: {
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        description:
          'By TLS: a read-only token may call what is tagged reads, an admin token all. On the unix socket: none.',
      },
    },
  },
  security: [{}, { token: [] }],
}

/**
 * The OpenAPI 3.1 document of all methods. It is made when somebody asks for it: to describe them takes longer than to answer them,
 * and others have their turns in between.
 */
export class OpenApiDocument {
  readonly #version: string
  #text: Promise<string> | undefined

  /** `version` is that of the daemon. */
  constructor(version: string) {
    this.#version = version
  }

  /** As JSON. */
  get text(): Promise<string> {
    this.#text ??= this.#make()
    return this.#text
  }

  /** Of routes that nobody can call. */
  async #make(): Promise<string> {
    const { default: swagger } = await import('@fastify/swagger')
    const app = fastify()
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => JSON.stringify)
    const info = { title: 'lunkitd', version: this.#version }
    await app.register(swagger, { openapi: { openapi: '3.1.0', info, ...SECURITY } })
    for (const name of Object.keys(methods) as MethodName[]) {
      const { verb, path } = methods[name]
      app.route({ method: verb, url: path, schema: describeRoute(name, methods[name]), handler: () => undefined })
      await nextTurn()
    }
    await app.ready()
    const text = JSON.stringify(app.swagger())
    await app.close()
    return text
  }
}
