import type { Workshop } from './workshop.ts';

/** One thing that must hold of the package; it counts as one test. */
export interface Check {
  readonly name: string;
  /** Throws if it does not hold, with all that a reader needs. A returned string is told beside the name. */
  readonly run: (workshop: Workshop) => Promise<string | undefined> | string | undefined;
}

/** Several checks that can only be listed once something is made, such as one for each version of Node. */
export interface CheckGroup {
  readonly name: string;
  readonly expand: (workshop: Workshop) => Promise<Check[]>;
}
