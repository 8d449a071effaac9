import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { rateOf } from './rate-section.ts'
import { shapeFault } from './shape-fault.ts'
import { tlsFault, tlsOf } from './tls-section.ts'
import type { WebConfig, WebTls } from './web-config.ts'
import { WebConfigError } from './web-config-error.ts'
import type { TlsSection, WebDocument } from './web-document.ts'

/** Nothing that is right is longer. */
const MOST_BYTES = 1024 * 1024

/** The document in a file. @throws {WebConfigError} for what is none. */
export async function readDocument(path: string): Promise<WebDocument> {
  const document = parsed(path, await readWhole(path)) ?? {}
  const fault = shapeFault(document)
  if (fault !== undefined) throw new WebConfigError(path, fault)
  const read = document as WebDocument
  const contradiction = hasKeys(read.tls_server_config) ? tlsFault(read.tls_server_config) : undefined
  if (contradiction !== undefined) throw new WebConfigError(path, contradiction)
  return read
}

/** The message of a fault of YAML shows the lines that it is in: that is not told. */
function parsed(path: string, text: string): unknown {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter, logLevel: 'silent' })
  const [error] = document.errors
  if (error === undefined) return document.toJS() as unknown
  const { line, col } = lineCounter.linePos(error.pos[0])
  throw new WebConfigError(path, `line ${line}, column ${col} is no YAML (${error.code.toLowerCase()})`)
}

/** A section without keys is as good as none. */
const hasKeys = (section: TlsSection | null | undefined): section is TlsSection =>
  Object.values(section ?? {}).some(value => value !== null)

const FILE_KEYS = ['cert_file', 'key_file', 'client_ca_file'] as const

/** The files that a document names. */
export const filesOf = (path: string, { tls_server_config: section }: WebDocument): readonly string[] =>
  FILE_KEYS.flatMap(key => {
    const named = section?.[key]
    return named === undefined ? [] : [resolve(dirname(path), named)]
  })

/** What a document comes to, with the files that it names. @throws {WebConfigError} for one that cannot be used. */
export async function configOf(path: string, document: WebDocument): Promise<WebConfig> {
  const { tls_server_config: tls, http_server_config: http, basic_auth_users: users, rate_limit: rate } = document
  const headers = Object.entries(http?.headers ?? {}).filter(([, value]) => Boolean(value))
  return {
    tls: hasKeys(tls) ? speaking(http?.http2, await tlsWithFiles(path, tls)) : undefined,
    users: new Map(Object.entries(users ?? {})),
    headers: Object.fromEntries(headers),
    rate: rateOf(rate ?? {}),
  }
}

/** HTTP/2 goes first, unless it is said that there is none. */
function speaking(http2: boolean | undefined, tls: WebTls): WebTls {
  const ALPNProtocols = http2 === false ? ['http/1.1'] : ['h2', 'http/1.1']
  return { ...tls, options: { ...tls.options, ALPNProtocols } }
}

async function tlsWithFiles(path: string, section: TlsSection): Promise<WebTls> {
  const textOf = async (text: string | undefined, file: string | undefined): Promise<string | undefined> =>
    file === undefined ? text : readWhole(resolve(dirname(path), file))
  return tlsOf(path, section, {
    cert: (await textOf(section.cert, section.cert_file)) ?? '',
    key: (await textOf(section.key, section.key_file)) ?? '',
    clientCa: await textOf(section.client_ca, section.client_ca_file),
  })
}

async function readWhole(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    if (size > MOST_BYTES) throw new WebConfigError(path, `it is longer than ${MOST_BYTES} bytes`)
    return await file.readFile('utf8')
  } catch (cause) {
    if (cause instanceof WebConfigError) throw cause
    throw new WebConfigError(path, `it cannot be read: ${(cause as NodeJS.ErrnoException).code}`, { cause })
  }
}
