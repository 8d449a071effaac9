import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'

/** Files of random bytes and their checksums, made by the host so that the guest does not check its own work. */
export async function writeRandomFiles(
  directory: string,
  { files, fileBytes }: { readonly files: number; readonly fileBytes: number },
): Promise<void> {
  let sums = ''
  for (let index = 0; index < files; index += 1) {
    const bytes = randomBytes(fileBytes)
    await writeFile(`${directory}/random.${index}`, bytes)
    sums += `${createHash('sha256').update(bytes).digest('hex')}  random.${index}\n`
  }
  await writeFile(`${directory}/sums`, sums)
}
