import { join } from 'node:path';
import { CannotContinue } from './cannot-continue.ts';

/** The folder of a model. An id is a plain name: whatever could lead out of `modelsDir` is refused. @throws {CannotContinue} */
export function modelFolder(modelsDir: string, id: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(id)) {
    throw new CannotContinue(`${JSON.stringify(id)} is no model id: give the name of a folder in ${modelsDir}, such as sdxl.`);
  }
  return join(modelsDir, id);
}
