/** What an app says about an event, made fit to be sent. Nothing here throws: the app is running. */
import type { AttributeValue } from '../attributes.ts';
import { plainText } from './plain-text.ts';

/** What an app may say about an event. */
export interface DeploymentEventDetails {
  /** Why it happened, in words; cut after 1024 characters. */
  readonly reason?: string;
  /** When it happened, in milliseconds since 1970. @defaultValue now */
  readonly timestampMs?: number;
  /** More attributes, at most 32; strings are cut after 1024 characters. They cannot replace those of the identity. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** The usable part of the details, and what is wrong with the rest. */
export interface ReadDetails {
  readonly reason?: string;
  readonly timestampMs?: number;
  readonly attributes: Record<string, AttributeValue>;
  readonly complaints: readonly string[];
}

const MAX_ATTRIBUTES = 32;
const MAX_NAME_LENGTH = 255;
/** What a Date can hold. */
const MAX_TIME_MS = 8.64e15;

/** Reads the details. What cannot be sent is left out and named; values are not shown. Never throws. */
export function readDetails(details: unknown): ReadDetails {
  try {
    return readOwn(details);
  } catch {
    // A getter or a proxy of the app.
    return { attributes: {}, complaints: ['the details must be an object that can be read'] };
  }
}

function readOwn(details: unknown): ReadDetails {
  if (details === undefined) return { attributes: {}, complaints: [] };
  if (typeof details !== 'object' || details === null) {
    return { attributes: {}, complaints: ['the details must be an object'] };
  }
  const { reason, timestampMs, attributes } = details as Record<keyof DeploymentEventDetails, unknown>;
  const complaints: string[] = [];
  const time = typeof timestampMs === 'number' && Math.abs(timestampMs) <= MAX_TIME_MS ? timestampMs : undefined;
  if (time === undefined && timestampMs !== undefined) complaints.push('timestampMs must be milliseconds since 1970');
  if (reason !== undefined && typeof reason !== 'string') complaints.push('reason must be a string');
  return {
    ...(typeof reason === 'string' && { reason: plainText(reason) }),
    ...(time !== undefined && { timestampMs: time }),
    attributes: readAttributes(attributes, complaints),
    complaints,
  };
}

function readAttributes(given: unknown, complaints: string[]): Record<string, AttributeValue> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null) {
    complaints.push('attributes must be an object');
    return {};
  }
  const entries = Object.entries(given);
  const good = entries.slice(0, MAX_ATTRIBUTES).filter(([name, value]) => isSendable(name, value));
  if (good.length < entries.length) {
    complaints.push(
      `attributes must be at most ${MAX_ATTRIBUTES} strings, finite numbers or booleans, with names of 1 to ${MAX_NAME_LENGTH} characters`,
    );
  }
  return Object.fromEntries(good.map(([name, value]) => [name, typeof value === 'string' ? plainText(value) : value]));
}

function isSendable(name: string, value: unknown): value is AttributeValue {
  if (name === '' || name.length > MAX_NAME_LENGTH) return false;
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
