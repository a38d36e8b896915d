/** How far ahead is planned. Apart from the planner, since every decision needs it, and the planner is large. */

/** A fault that takes longer than a week counts as not seen. */
export const LONGEST_SECONDS: number = 7 * 24 * 3600;
