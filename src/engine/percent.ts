/** A share as people read it, with two digits: `0.0123` is `1.2 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
