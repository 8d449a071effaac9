import { ControlClient } from '@lunkit/control/client'
import { MetricsServer, WebConfigError } from '@lunkit/metrics'
import { ControlSource } from './control-source.ts'
import { type Invocation, readInvocation, UsageError } from './options.ts'
import { StatusPage } from './status-page/status-page.ts'
import { USAGE } from './usage.ts'
import { exporterVersion } from './version.ts'

/** How the process ends. */
export const ExitCode = { done: 0, failed: 1, usage: 2 } as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** Where a process runs. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  /** Resolves when somebody ends the process. */
  readonly ended: () => Promise<void>
}

/** So long whoever looks at the page waits for a lunkitd that says nothing. */
const PAGE_TIMEOUT_MS = 5000

const SAYS: Readonly<Record<'help' | 'version', () => string>> = {
  help: () => USAGE,
  version: () => `lunkit-exporter ${exporterVersion()}`,
}

/** The program: what its arguments ask for. @returns its exit code. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { out, err, environment } = surroundings
  try {
    const invocation = readInvocation(args, environment)
    if (invocation.asks === 'run') return await serve(invocation, surroundings)
    out(SAYS[invocation.asks]())
    return ExitCode.done
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    err(`lunkit-exporter: ${error.message}`)
    return ExitCode.usage
  }
}

async function serve(invocation: Invocation, surroundings: Surroundings): Promise<ExitCode> {
  const { control, listen, initiators, compat, webConfigFile } = invocation
  const { out, err, ended } = surroundings
  const tell = (line: string): void => err(`lunkit-exporter: ${line}`)
  const source = new ControlSource({ control, tell })
  const page = new StatusPage({ client: new ControlClient({ path: control, timeoutMs: PAGE_TIMEOUT_MS }) })
  const web = webConfigFile === undefined ? {} : { webConfigFile }
  try {
    const server = await MetricsServer.open({ ...listen, ...web, source, initiators, compat, tell, pages: page })
    out(server.url)
    await ended()
    page.close()
    await server.close()
    return ExitCode.done
  } catch (error) {
    const { message } = error as Error
    tell(error instanceof WebConfigError ? message : `it cannot listen at ${listen.host}:${listen.port}: ${message}`)
    return ExitCode.failed
  }
}
