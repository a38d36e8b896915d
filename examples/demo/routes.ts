/** One kind of request that users make. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Share of all requests; the shares of {@link ROUTES} add up to 1. */
  readonly share: number;
  /** Median of the time that the service itself works on it, in milliseconds. */
  readonly medianMs: number;
}

/** What the shop's users do. The same mix for the load generator, which asks, and the service, which answers. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/products', share: 0.45, medianMs: 20 },
  { method: 'GET', path: '/cart', share: 0.2, medianMs: 25 },
  { method: 'POST', path: '/checkout', share: 0.35, medianMs: 40 },
];
