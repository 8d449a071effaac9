import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { findTool } from './tool.ts'

/** What promtool says, and how it ends, when it is given something on its standard input. */
export async function promtool(args: readonly string[], given = ''): Promise<{ code: number; said: string }> {
  const child = spawn(findTool('promtool'), args)
  child.stdin.end(given)
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await closed) as [number]
  return { code, said: out + err }
}
