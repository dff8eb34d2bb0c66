import type { Listen } from './hosts.ts';
import type { Contact } from './routes.ts';
import type { Person } from './sessions.ts';

/** What the page process is told once, when it begins. */
export interface ChildStart {
  readonly listen: Listen;
  readonly allowedHosts: readonly string[];
  /** The box's control socket. */
  readonly control: string;
  /** Where wrong PINs are remembered over restarts. */
  readonly triesFile: string;
  readonly staff: readonly (Person & { readonly pinFile: string | null })[];
  readonly contacts: readonly Contact[];
}

/** What the page process tells: it lives, where it listens, or why it cannot. */
export type ChildReport =
  | { readonly told: 'alive' }
  | { readonly told: 'listening'; readonly port: number }
  | { readonly told: 'listen-failed'; readonly detail: string }
  | { readonly told: 'pin-file'; readonly file: string; readonly detail: string };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A message of the child, if it is one; null for anything else. */
export const reportIn = (message: unknown): ChildReport | null => {
  if (!isObject(message)) return null;
  const { told, port, detail, file } = message;
  const words = typeof detail === 'string' ? detail.slice(0, 300) : '';
  if (told === 'alive') return { told };
  if (told === 'listening' && typeof port === 'number') return { told, port };
  if (told === 'listen-failed') return { told, detail: words };
  if (told === 'pin-file' && typeof file === 'string') return { told, file: file.slice(0, 300), detail: words };
  return null;
};
