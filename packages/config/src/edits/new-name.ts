import { iscsiName, isIscsiName, normalizeIscsiName } from '../names.ts'
import { EditError, EditFault } from './edit-error.ts'

/**
 * The name of a target or an initiator that is to be made, as it is kept. In LIO it is that of a directory; a file that was
 * written elsewhere may have a name that is none.
 * @throws {EditError} for what is no name, or has a "/".
 */
export function newIscsiName(name: string, { path, wrong }: { readonly path: string; readonly wrong: string }): string {
  if (!isIscsiName(name)) throw new EditError(EditFault.invalid, { path, wrong, right: iscsiName.right })
  if (name.includes('/')) throw new EditError(EditFault.invalid, { path, wrong, right: 'a name without "/"' })
  return normalizeIscsiName(name)
}
