/** A share as people read it, with two digits unless said otherwise: `0.0123` is `1.2 %`. */
export function percent(share: number, digits = 2): string {
  return `${Number((share * 100).toPrecision(digits))} %`;
}
