import { readFileSync } from 'node:fs'

/** What the recipe of the container says of how it runs. */
export interface Recipe {
  readonly environment: Readonly<Record<string, string>>
  /** `65532:65532` */
  readonly user: string
  readonly program: string
  readonly ports: readonly number[]
  readonly volume: string
}

const PATH = new URL('../../packaging/container/Containerfile', import.meta.url)

/**
 * Reads the Containerfile's last stage.
 *
 * @throws Error where it lacks an instruction that the container cannot do without
 */
export function readRecipe(): Recipe {
  const lines = readFileSync(PATH, 'utf8').replaceAll(/\\\n/g, ' ').split('\n')
  const stage = lines.slice(lines.findLastIndex(line => line.startsWith('FROM ')))
  const said = (instruction: string): string => {
    const line = stage.find(each => each.startsWith(`${instruction} `))
    if (line === undefined) throw new Error(`the Containerfile has no ${instruction}`)
    return line.slice(instruction.length + 1).trim()
  }
  const [program = ''] = JSON.parse(said('ENTRYPOINT')) as string[]
  return {
    environment: Object.fromEntries([...said('ENV').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value])),
    user: said('USER'),
    program,
    ports: said('EXPOSE').split(' ').map(Number),
    volume: said('VOLUME'),
  }
}
