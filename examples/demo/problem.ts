/** What can go wrong with the demo itself, as opposed to the version that it deploys. */
export type DemoProblemCode =
  | 'USAGE'
  | 'PORT_IN_USE'
  | 'PROCESS_NOT_READY'
  | 'PROCESS_DIED'
  | 'NO_TELEMETRY'
  | 'BAD_CALL'
  | 'INTERRUPTED';

/** An error of the demo itself: its message alone is fit to be shown, without a stack. */
export class DemoProblem extends Error {
  override readonly name = 'DemoProblem';
  readonly code: DemoProblemCode;

  constructor(code: DemoProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}
