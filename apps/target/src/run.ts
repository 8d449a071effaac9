import { check } from './check.ts'
import { ExitCode } from './exit-code.ts'
import { parseRequest, type Request } from './options.ts'
import { reload } from './reload/reload.ts'
import type { Terminal } from './terminal.ts'
import { USAGE } from './usage.ts'
import { UsageError } from './usage-error.ts'
import { readVersion } from './version.ts'

/** Does what the command line asks for and says how the process is to end. */
export async function run(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<ExitCode> {
  let request: Request
  try {
    request = parseRequest(args, environment)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    terminal.err(`lunkitd: ${error.message}. Try lunkitd --help`)
    return ExitCode.usage
  }
  if (request.kind === 'help') terminal.out(USAGE.trimEnd())
  else if (request.kind === 'version') terminal.out(`lunkitd ${readVersion()}`)
  else if (request.kind === 'check') return check(request, terminal)
  else if (request.kind === 'reload') return reload(request, terminal)
  else {
    // Loaded only here: what serves needs native libraries and threads, which the others never touch.
    const { serve } = await import('./serve.ts')
    return serve(request, environment, terminal)
  }
  return ExitCode.ok
}
