/** A web page elsewhere cannot reach this server through a name of its own (DNS rebinding). */
import type { MiddlewareHandler } from 'hono';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether a host, as URLs and Host headers write it without the port, is this machine alone. */
export const isLoopback = (host: string): boolean => LOOPBACK.includes(host);

/** Refuses requests whose Host is neither loopback's nor one of `hosts`. */
export const refuseOtherHosts =
  (hosts: readonly string[]): MiddlewareHandler =>
  async (c, next) => {
    const host = (c.req.header('host') ?? '').replace(/:\d+$/, '').toLowerCase();
    return isLoopback(host) || hosts.includes(host) ? next() : c.text('forbidden host', 403);
  };
