/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a variable without outer blanks; empty when it is not set. Own ones only: `constructor` is a name like any other. */
export function textOf(env: Environment, name: string): string {
  return Object.hasOwn(env, name) ? (env[name] ?? '').trim() : '';
}
