/** Ports of containers, by number and by name. */
import { isDnsLabel } from '../syntax.ts';

/** Whether it is a number of a port. */
export function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65535;
}

/** Whether it can name a port (IANA_SVC_NAME): at most 15 of a DNS label's characters, a letter among them, no `--`. */
export function isPortName(text: string): boolean {
  return text.length <= 15 && isDnsLabel(text) && /[a-z]/.test(text) && !text.includes('--');
}
