/**
 * The preload: `node --import rolloutguard/register app.js` starts deployment telemetry from the environment, for ES
 * module and CommonJS apps alike. Loading this file is the whole interface.
 */
import { isMainThread } from 'node:worker_threads';
import { writeToStderr } from './doctor/announce.ts';
import { preload } from './preload.ts';

preload({ write: writeToStderr, mainThread: isMainThread, env: process.env, entry: process.argv[1] });
